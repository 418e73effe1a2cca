"""Going through a file packet by packet, whatever is wrong with some of them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, TypeAlias

import av

from app.media.budget import Budget

if TYPE_CHECKING:
    from av.packet import Packet

AnyPacket: TypeAlias = "Packet[av.stream.Stream]"
Frame: TypeAlias = av.AudioFrame | av.VideoFrame
_MOST_FAULTS: Final = 1000
"""Errors in reading a file after which it is given up."""


def packets(
    file: av.container.InputContainer, track: av.stream.Stream, budget: Budget
) -> Iterator[AnyPacket]:
    """The packets of one track, then an empty one, which flushes its decoder."""
    _single_thread(track)
    faults = 0
    source = file.demux(track)
    while not budget.spent:
        try:
            packet = next(source, None)
        except MemoryError:
            raise
        except av.FFmpegError:
            budget.stop("the file ends early, or is damaged")
            faults += 1
            if faults > _MOST_FAULTS:
                return
            source = file.demux(track)
            continue
        if packet is None:
            return
        budget.packet()
        yield packet


def decoded(packet: AnyPacket, budget: Budget) -> list[Frame]:
    """What a packet holds; nothing if it is broken, which is counted."""
    try:
        return [each for each in packet.decode() if isinstance(each, Frame)]
    except MemoryError:
        raise
    except (av.FFmpegError, ValueError):
        budget.broken()
        return []


def _single_thread(track: av.stream.Stream) -> None:
    """One thread: limits are then those of the process, and order is sure."""
    if not track.codec_context.is_open:
        track.codec_context.thread_count = 1


def first_packet(
    file: av.container.InputContainer, track: av.stream.Stream
) -> bytes | None:
    """The first packet of a track as it stands in the file; None without one."""
    try:
        for packet in file.demux(track):
            if packet.size:
                return bytes(packet)
    except MemoryError:
        raise
    except av.FFmpegError:
        return None
    return None

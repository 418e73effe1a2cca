"""Stills of a video: key frames, and what is between them where they are rare."""

from collections.abc import Iterator
from typing import Final

import av

from app.media.budget import Budget
from app.media.limits import MediaLimits
from app.media.opening import Opened
from app.media.packets import AnyPacket, decoded, packets

_MANY: Final = 300
"""Packets of a group that is decoded whatever its clock says."""
_TRIES: Final = 4
"""Moments of a long video that are looked at for each still that may be kept."""

Moment = tuple[float, av.VideoFrame]


class Eye:
    """Watches a file once; `end` is how many seconds into the file it came."""

    def __init__(self, opened: Opened, limits: MediaLimits, budget: Budget) -> None:
        """Nothing is read before `moments`."""
        self._opened = opened
        self._limits = limits
        self._budget = budget
        self._gap = max(limits.gap, opened.stated / (_TRIES * limits.frames))
        self._next = 0.0
        self._seen = 0.0
        self.end = 0.0

    def moments(self) -> Iterator[Moment]:
        """Frames with their seconds, not closer than asked for, in order."""
        for group in self._groups():
            first = self._second(group[0])
            last = max(self._second(each) for each in group)
            self.end = max(self.end, last)
            rare = last - first > self._gap or len(group) > _MANY
            yield from self._spaced(group if rare else group[:1])
            self._seen = last

    def _groups(self) -> Iterator[list[AnyPacket]]:
        """The packets from one key frame to the next."""
        group: list[AnyPacket] = []
        track = self._opened.video
        assert track is not None  # noqa: S101 - the caller has looked
        for packet in packets(self._opened.file, track, self._budget):
            if not packet.size:
                continue
            if group and packet.is_keyframe:
                yield group
                group = []
            group.append(packet)
        if group:
            yield group

    def _spaced(self, group: list[AnyPacket]) -> Iterator[Moment]:
        """Of a group's frames those whose time has come."""
        if len(group) == 1 and not self._due(self._second(group[0])):
            return
        shown = 0
        for at, frame in self._frames(group):
            shown += 1
            if len(group) == 1 or self._due(at):
                yield at, frame
        # A file may begin in the middle of a group, but not go on so.
        if not shown and group[0].is_keyframe:
            self._budget.stop("some of its pictures cannot be decoded")

    def _due(self, at: float) -> bool:
        """Whether it is time for a still.

        Where the clock of the file goes back, time begins anew: else one frame with
        a late time would hide all that follows.
        """
        if at < self._seen:
            self._next = at
        self._seen = at
        if at < self._next:
            return False
        self._next = at + self._limits.spacing
        return True

    def _frames(self, group: list[AnyPacket]) -> Iterator[Moment]:
        track = self._opened.video
        assert track is not None  # noqa: S101 - the caller has looked
        for packet in group:
            if self._budget.spent:
                break
            for frame in decoded(packet, self._budget):
                yield from self._shown(frame)
        try:
            rest = track.codec_context.decode(None)
            track.codec_context.flush_buffers()
        except av.FFmpegError:
            self._budget.broken()
            return
        for frame in rest:
            yield from self._shown(frame)

    def _shown(self, frame: object) -> Iterator[Moment]:
        """A frame with its time, if it has a size that is allowed."""
        if not isinstance(frame, av.VideoFrame):
            return
        if frame.width * frame.height > self._limits.pixels:
            self._budget.stop("some of its pictures have too many pixels")
            return
        at = self._opened.second(frame.pts, self._opened.video)
        yield self._next if at is None else at, frame

    def _second(self, packet: AnyPacket) -> float:
        stamp = packet.pts if packet.pts is not None else packet.dts
        at = self._opened.second(stamp, self._opened.video)
        return self.end if at is None else at

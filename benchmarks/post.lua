-- wrk script: POST the lines of a file in turn, then print one line of JSON.
--   wrk … -s post.lua URL -- FILE [AUTHORIZATION]
local requests, at = {}, 0

function init(args)
  local headers = { ["Content-Type"] = "application/json" }
  if args[2] then headers["Authorization"] = args[2] end
  for line in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("POST", nil, headers, line)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local failed = summary.errors
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,'
      .. '"refused":%d,"late":%d,"broken":%d}\n',
    summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    failed.status, failed.timeout, failed.connect + failed.read + failed.write))
end

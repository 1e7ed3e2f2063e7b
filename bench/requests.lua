-- Asks for the paths of a file one after another, and tells what came of it as JSON.
local paths = {}
local place = 0

function init(args)
  for line in io.lines(args[1]) do
    paths[#paths + 1] = wrk.format("GET", line)
  end
end

function request()
  place = place % #paths + 1
  return paths[place]
end

function done(summary, latency, _)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write
  failed = failed + errors.status + errors.timeout
  io.write(string.format(
    '\nresult {"requests": %d, "seconds": %f, "median_s": %f, "p95_s": %f,'
      .. ' "longest_s": %f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e6,
    latency:percentile(95) / 1e6, latency.max / 1e6, failed
  ))
end

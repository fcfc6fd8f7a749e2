-- Messages of wrk over SockJS's xhr-polling: the request that brings one and the request that fetches one, in turns, as
-- whole requests from two files: wrk … -- SEND POLL PORT
local requests = {}
local turn = 0

function init(arguments)
    for index = 1, 2 do
        local file = assert(io.open(arguments[index], "rb"))
        requests[index] = file:read("*a"):gsub("127%.0%.0%.1:%d+", "127.0.0.1:" .. arguments[3])
        file:close()
    end
end

function request()
    turn = turn % 2 + 1
    return requests[turn]
end

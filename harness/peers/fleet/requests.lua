-- Requests of wrk: those of SockJS's xhr_send.
wrk.method = "POST"
wrk.headers["Content-Type"] = "text/plain;charset=UTF-8"
wrk.headers["Origin"] = "http://127.0.0.1"
wrk.body = '["00000000000000000000000000000000"]'

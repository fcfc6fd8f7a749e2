import History

/// Times after which balancers end what is idle, late or old unless they are told otherwise.
enum TimeoutClass {
    private static let usual: [(seconds: Int, owner: String)] = [
        (30, "of Heroku's first byte and of Google's load balancer"),
        (50, "of HAProxy's example configuration"),
        (55, "between two bytes at Heroku"),
        (60, "of nginx, Apache and the load balancers of AWS"),
        (100, "of a WebSocket at Cloudflare"),
        (300, "of a WebSocket at Azure Front Door"),
    ]

    /// A measured time in words, with the usual one that it shows where there is one: balancers look at their clocks
    /// now and then, so that a limit shows late, and never early.
    static func words(for measured: Duration) -> String {
        let seconds = measured / .seconds(1)
        let one = usual.last { Double($0.seconds) <= seconds * 1.01 && seconds <= Double($0.seconds) * 1.15 }
        return measured.inWords + (one.map { ", about the \($0.seconds) s \($0.owner)" } ?? "")
    }
}

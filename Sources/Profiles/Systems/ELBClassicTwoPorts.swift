import Claims
import StickyProxy

extension Profile {
    /// A Classic Load Balancer of AWS with an HTTP listener on one port and a TCP listener on another.
    static let elbClassicTwoPorts = {
        var profile = Profile.elbClassicHTTP
        profile.name = "elb-classic-two-ports"
        profile.summary =
            "AWS Classic Load Balancer, two listeners: HTTP with stickiness, and TCP for WebSockets, which has none."
        profile.listeners = Listeners(webSockets: Profile.elbClassicTCP.name, http: Profile.elbClassicHTTP.name)
        profile.claims.directives[.websocketUpgrade] = "the TCP listener, to which clients are given a URL of its own"
        profile.claims.directives[.clientAffinity] = ELBRemedy.onePlace
        profile.claims.remedies = ["affinity-path": ELBRemedy.onePlace]
        profile.inferred.append("clients are given the URL of the TCP listener for WebSockets alone")
        profile.predictions = [
            .cookieAlone,
            .bareCookie(because: "assumed: AWSELB as people see it has neither HttpOnly nor SameSite"),
            Profile.Prediction(
                .fail, ["headers/client-address"], because: "Listeners: with TCP there are no X-Forwarded headers"),
            Profile.Prediction(
                .fail, ["stickiness/websocket-first", "stickiness/websocket-and-http"],
                because: "Listeners: with TCP there are no cookies for session stickiness"),
            Profile.Prediction(
                .warning, ["idle/tunnel-cutoff"], because: "Idle timeout: 60 s, for TCP listeners too"),
            Profile.Prediction(
                .unsupported, ["stickiness/first-requests"],
                because: "it goes by a cookie, which a first request can not have"),
        ]
        return profile
    }()
}

extension ELBRemedy {
    static let onePlace = """
        the TCP listener knows no cookie: a client's WebSocket and its HTTP requests may
        land on different nodes. Keep nothing between them in a node's memory, or use an
        Application Load Balancer, whose stickiness holds for both on one port
        """
}

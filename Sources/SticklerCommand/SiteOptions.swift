import ArgumentParser
import Stickler

/// What the site wants to hear in every request.
struct SiteOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Host field of every request, for a site that is served under its own name alone.", valueName: "name"))
    var host: String?

    @Option(
        name: .customLong("header"),
        help: ArgumentHelp(
            "Field of every request, such as a token of a staging site; repeatable.", valueName: "name: value"))
    var headers: [String] = []

    @Option(help: ArgumentHelp("Path of the app's SockJS service.", valueName: "path"))
    var servicePath = "/sockjs"

    @Option(help: ArgumentHelp("Path of the app's raw WebSocket.", valueName: "path"))
    var websocketPath = "/websocket"

    @Option(
        help: ArgumentHelp(
            "Where WebSockets are opened, for a balancer that has a listener of its own for them; goes with --url.",
            valueName: "ws://host:port"))
    var websocketURL: String?

    /// In the words of the library.
    func access() throws(VerificationError) -> SiteAccess {
        do throws(SiteAccessError) {
            let access = try SiteAccess(
                host: host, headers: headers, sockJS: servicePath, webSocket: websocketPath)
            return try websocketURL.map { url throws(SiteAccessError) in try access.withWebSockets(at: url) } ?? access
        } catch {
            throw .usage("\(error)")
        }
    }
}

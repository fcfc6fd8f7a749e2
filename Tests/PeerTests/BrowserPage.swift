import Foundation
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Wire

/// Serves the page in `harness/browser` with Debian's sockjs-client, tells it what to do and takes its results.
///
/// Every answer closes its connection, so that a ``front(of:)`` sees from the first bytes of each connection whose it is.
final class BrowserPage: Sendable {
    /// What the page reports.
    enum Report: Sendable {
        case result(BrowserResult)
        case done
        case failed(String)
    }

    static let script = "/browser/sockjs.js"

    let reports = Mailbox<Report>(limit: 10_000)
    let loop: any EventLoop
    private let files: [String: BrowserAnswer]
    private let stops = Mutex<[BrowserStop]>([])
    private let listeners = Mutex<[any Channel]>([])

    private init(files: [String: BrowserAnswer], loop: any EventLoop) {
        self.files = files
        self.loop = loop
    }

    /// Starts the page's server on a free port of 127.0.0.1.
    static func start(on loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()) async throws -> BrowserPage
    {
        let directory = Checkout.harness("browser")
        let client = URL(fileURLWithPath: DebianPackage.sockJSClient.files[0])
        let page = BrowserPage(
            files: [
                "/browser/page.html": .init(
                    type: "text/html", body: try Data(contentsOf: directory.appendingPathComponent("page.html"))),
                "/browser/page.js": .init(
                    type: "text/javascript", body: try Data(contentsOf: directory.appendingPathComponent("page.js"))),
                script: .init(type: "text/javascript", body: try Data(contentsOf: client)),
            ], loop: loop)
        _ = try await page.listen(tunnelTo: nil)
        return page
    }

    /// An address with the page beside all that `target` serves: there the page is of the service's own origin.
    func front(of target: Endpoint) async throws -> Endpoint { try await listen(tunnelTo: target) }

    /// The origin of the page on another address: of the same site as all else there.
    func origin(on host: String) async throws -> String { "http://\(try await listen(host: host, tunnelTo: nil))" }

    /// The origin of the page itself; 127.0.0.1 and localhost are two sites for a browser.
    func origin(host: String = "127.0.0.1") throws -> String {
        "http://\(host):\(try endpoint.port)"
    }

    /// The URL of the client script, for iframe pages.
    func scriptURL() throws -> String { try origin() + Self.script }

    /// Sets what the browser is to do, and gives the URL to open.
    func plan(_ stops: [BrowserStop]) throws -> String {
        var next: String?
        var planned: [BrowserStop] = []
        for (index, stop) in stops.enumerated().reversed() {
            var stop = stop
            stop.next = next
            planned.append(stop)
            next = "\(stop.origin)/browser/page.html?control=\(try origin())&stop=\(index)"
        }
        self.stops.withLock { $0 = planned.reversed() }
        guard let next else { throw BrowserError("there is no scenario to run") }
        return next
    }

    /// Stops accepting; connections end with their peers.
    func close() async throws {
        for listener in listeners.withLock({ $0 }) { try await listener.close() }
    }

    /// The answer to a request of the page; nil where the path is not ours.
    func answer(_ method: Substring, _ target: Substring, _ body: ByteBuffer) -> BrowserAnswer? {
        let path = String(target.prefix { $0 != "?" })
        if let file = files[path] { return file }
        let text = String(buffer: body)
        switch path {
        case "/results":
            do {
                reports.send(.result(try JSONDecoder().decode(BrowserResult.self, from: Data(text.utf8))))
            } catch {
                reports.send(.failed("an unreadable result, \(error): \(text)"))
            }
            return .empty
        case "/done":
            reports.send(.done)
            return .empty
        case "/failed":
            reports.send(.failed(text))
            return .empty
        default:
            guard path.hasPrefix("/stops/"), let index = Int(path.dropFirst("/stops/".count)) else { return nil }
            return stops.withLock { stops in
                guard stops.indices.contains(index) else { return nil }
                do {
                    return BrowserAnswer(type: "application/json", body: try JSONEncoder().encode(stops[index]))
                } catch {
                    reports.send(.failed("cannot encode stop \(index): \(error)"))
                    return nil
                }
            }
        }
    }

    private var endpoint: Endpoint {
        get throws {
            guard let endpoint = Endpoint(listeners.withLock { $0.first }?.localAddress) else {
                throw BrowserError("the page's server does not listen")
            }
            return endpoint
        }
    }

    private func listen(host: String = "127.0.0.1", tunnelTo target: Endpoint?) async throws -> Endpoint {
        let listener = try await ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(BrowserConnection(page: self, target: target))
                }
            }
            .bind(host: host, port: 0).get()
        listeners.withLock { $0.append(listener) }
        guard let endpoint = Endpoint(listener.localAddress) else { throw BrowserError("a listener without address") }
        return endpoint
    }
}

/// What the page's server sends.
struct BrowserAnswer: Sendable {
    var status = "200 OK"
    var type: String
    var body: Data

    static let empty = BrowserAnswer(type: "text/plain", body: Data())
    static let notFound = BrowserAnswer(status: "404 Not Found", type: "text/plain", body: Data())

    var bytes: ByteBuffer {
        var buffer = ByteBuffer(
            string: """
                HTTP/1.1 \(status)\r
                Content-Type: \(type); charset=UTF-8\r
                Content-Length: \(body.count)\r
                Cache-Control: no-store\r
                Access-Control-Allow-Origin: *\r
                Connection: close\r
                \r

                """)
        buffer.writeBytes(body)
        return buffer
    }
}

/// Why a browser told us nothing.
struct BrowserError: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

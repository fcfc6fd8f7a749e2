import NIOCore
import Testing

@testable import StickyProxy

@Suite("The requests of a client's connection")
struct ClientRequestQueueTests {
    typealias Event = ClientRequestScript.Event

    static func get(_ path: String) -> Event { .received("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n") }
    /// A head with four bytes of body to come.
    static let post = Event.received("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n")
    static let chunked = Event.received("POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
    static let taken = Event.turn(takes: true)
    static let answered = Event.answered(keepsAlive: true)

    // MARK: Order

    static let order: [ClientRequestScript] = [
        .init("half a head is no request", [.received("GET /1 HTTP/1.1\r\nHost: a\r\n"), taken], []),
        .init(
            "a whole one is",
            [.received("GET /1 HTTP/1.1\r\nHost: a\r\n"), taken, .received("\r\n"), .turn(takes: false)],
            ["begin /1"]),
        .init("what the exchange can't take waits", [get("/1"), .turn(takes: false), .turn(takes: false)], []),
        .init("until it can", [get("/1"), .turn(takes: false), taken], ["end"]),
        .init("a body goes on as it comes", [post, taken, .received("bo"), taken], ["body bo"]),
        .init("with its end", [post, taken, .received("bo"), taken, .received("dy"), taken], ["body dy", "end"]),
        .init("one request is under way at a time", [get("/1"), get("/2"), taken], ["begin /1", "end"]),
        .init("others wait, whatever comes", [get("/1"), taken, get("/2"), taken], []),
        .init("an answer leads to the next", [get("/1"), taken, answered], ["take next"]),
        .init("which waited for it", [get("/1"), get("/2"), taken, answered, taken], ["begin /2", "end"]),
        .init("or is yet to come", [get("/1"), taken, answered, taken], []),
        .init(
            "of a request that was answered early the rest is dropped",
            [post, .received("bo"), taken, answered, .received("dy"), get("/2"), taken], ["begin /2", "end"]),
        .init("all of it", [post, taken, answered, .received("bo"), taken, .received("d"), taken], []),
    ]

    @Test("are taken in order:", arguments: order)
    func inOrder(_ script: ClientRequestScript) { script.check() }

    // MARK: Turns

    /// Four requests of two parts each.
    static let fullTurn: [Event] = (1...4).flatMap { [get("/\($0)"), taken, answered] }

    static let turns: [ClientRequestScript] = [
        .init(
            "a turn has room for so many parts",
            fullTurn.dropLast(3) + [get("/4"), taken], ["begin /4", "end"]),
        .init("then others have theirs", fullTurn + [get("/5"), taken], ["yield"]),
        .init("whatever comes meanwhile", fullTurn + [get("/5"), taken, .receivedAll, taken], []),
        .init("then it goes on", fullTurn + [get("/5"), taken, .resumed, taken], ["begin /5", "end"]),
        .init("what comes later is a new turn", fullTurn + [.receivedAll, get("/5"), taken], ["begin /5", "end"]),
        .init("of the same length", fullTurn + [.receivedAll] + fullTurn + [get("/9"), taken], ["yield"]),
    ]

    @Test("leave the event loop to others:", arguments: turns)
    func inTurns(_ script: ClientRequestScript) { script.check() }

    @Test("are not taken while they are taken")
    func nestedTurn() {
        var queue = ClientRequestQueue(ClientRequestScript.limits)
        let (first, nested) = (queue.beginTurn(), queue.beginTurn())
        queue.endTurn()
        let second = queue.beginTurn()
        #expect(first && !nested && second)
    }

    // MARK: End

    static let ends: [ClientRequestScript] = [
        .init("an answer may be the last", [get("/1"), taken, .answered(keepsAlive: false)], ["close"]),
        .init("also of half a request", [post, taken, .answered(keepsAlive: false)], ["close"]),
        .init(
            "then what waits is dropped", [get("/1"), get("/2"), taken, .answered(keepsAlive: false), taken], []),
        .init(
            "and so is what comes",
            [get("/1"), taken, .answered(keepsAlive: false), get("/2"), taken], []),
        .init("an answer that is not whole is the last", [get("/1"), taken, .truncated], ["close"]),
        .init("but nothing is behind the end", [get("/1"), taken, .left, .truncated], ["none"]),
        .init("not even an answer", [get("/1"), taken, .left, answered], ["none"]),
        .init("or a request that waited", [get("/1"), get("/2"), taken, .left, taken], []),
        .init("or one that comes", [get("/1"), taken, .left, get("/2"), taken], []),
        .init(
            "a CONNECT is answered with the end", [.received("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"), taken],
            ["answer 405 and close"]),
        .init("a request without Host too", [.received("GET /1 HTTP/1.1\r\n\r\n"), taken], ["answer 400 and close"]),
        .init(
            "unless it is of HTTP/1.0", [.received("GET /1 HTTP/1.0\r\n\r\n"), .turn(takes: false)], ["begin /1"]),
        .init("one of a client that has too many", [.foundNoPlace, get("/1"), taken], ["answer 503 and close"]),
        .init("a request is what can be read", [.received("broken\r\n\r\n"), taken], ["answer 400 and close"]),
        .init("behind it nothing is", [.received("broken\r\n\r\n"), get("/1"), taken, taken], []),
        .init(
            "behind a request that is answered it is", [get("/1"), .received("broken\r\n\r\n"), taken],
            ["begin /1", "end"]),
        .init(
            "as soon as it is answered", [get("/1"), .received("broken\r\n\r\n"), taken, answered, taken],
            ["answer 400 and close"]),
        .init(
            "a body that can't be read is the exchange's to refuse", [chunked, taken, .received("xyz\r\n"), taken],
            ["refuse 400"]),
        .init(
            "once", [chunked, taken, .received("xyz\r\n"), taken, .received("xyz\r\n"), taken], []),
        .init(
            "and with its answer the connection ends",
            [chunked, taken, .received("xyz\r\n"), taken, .answered(keepsAlive: false)], ["close"]),
        .init(
            "if it has answered already, at once", [chunked, taken, answered, .received("xyz\r\n"), taken], ["close"]),
    ]

    @Test("come to an end:", arguments: ends)
    func inTheEnd(_ script: ClientRequestScript) { script.check() }

    // MARK: Time

    /// So much of a body each second, while a node waits for it.
    static func progress(_ bytes: String, seconds: Int) -> [Event] {
        (0..<seconds).flatMap { _ in
            [.received(bytes), taken, .receivedAll, .passed(seconds: 1, nodeWaits: true)]
        }
    }

    static let times: [ClientRequestScript] = [
        .init("a silent connection ends", [.passed(seconds: 5, nodeWaits: false)], ["abort"]),
        .init("not early", [.passed(seconds: 4, nodeWaits: false)], []),
        .init(
            "a head has its time", [.received("GET /1"), .passed(seconds: 4, nodeWaits: false)],
            ["answer 408 and close"]),
        .init(
            "so has a body that a node waits for", [post, taken, .passed(seconds: 4, nodeWaits: true)], ["refuse 408"]),
        .init(
            "as long as it comes too slowly", [chunked, .received("9\r\n"), taken] + progress("a", seconds: 4),
            ["refuse 408"]),
        .init("but not one that goes on", [chunked, taken] + progress("5\r\nabcde\r\n", seconds: 4), []),
        .init("not one that no node waits for", [post, taken, .passed(seconds: 4, nodeWaits: false)], []),
        .init("but an answer has", [get("/1"), taken, .passed(seconds: 5, nodeWaits: false)], ["abort"]),
        .init(
            "whoever waits for a request that is complete", [get("/1"), taken, .passed(seconds: 4, nodeWaits: true)], []
        ),
        .init(
            "and the rest of a request", [post, taken, answered, .passed(seconds: 4, nodeWaits: false)], ["close"]),
        .init(
            "the last answer is the client's to take",
            [get("/1"), taken, .answered(keepsAlive: false), .passed(seconds: 4, nodeWaits: false)], []),
    ]

    @Test("have their time:", arguments: times)
    func inTime(_ script: ClientRequestScript) { script.check() }

    // MARK: Reading

    /// Events after which a connection with a hundred bytes may be read, or may not.
    static let reads: [(rule: String, events: [Event], may: Bool)] = [
        ("an idle connection", [], true),
        ("few bytes that wait", [post, taken, .received(String(repeating: "G", count: 99))], true),
        ("many", [get("/1"), taken, .received(String(repeating: "G", count: 100))], false),
        ("many that are dropped", [get("/1"), taken, .received(String(repeating: "G", count: 100)), .left], true),
        (
            "many behind the last answer",
            [get("/1"), taken, .received(String(repeating: "G", count: 100)), .answered(keepsAlive: false)], true
        ),
    ]

    @Test("may be read", arguments: reads.indices)
    func mayBeRead(_ row: Int) {
        let row = Self.reads[row]
        var queue = ClientRequestQueue(ClientRequestScript.limits)
        for event in row.events { _ = queue.take(event) }
        let (may, goesOn) = (queue.askToRead(), queue.takePendingRead())
        #expect(may == row.may && !goesOn, Comment(rawValue: row.rule))
    }

    @Test("are read on, once, when what waited was taken")
    func readGoesOn() {
        var queue = ClientRequestQueue(ClientRequestScript.limits)
        let long = Event.received("GET /\(String(repeating: "2", count: 100)) HTTP/1.1\r\nHost: a\r\n\r\n")
        for event in [Self.get("/1"), Self.taken, long] { _ = queue.take(event) }
        let may = queue.askToRead()
        for event in [Self.answered, Self.taken] { _ = queue.take(event) }
        let (goesOn, goesOnTwice) = (queue.takePendingRead(), queue.takePendingRead())
        #expect(!may && goesOn && !goesOnTwice)
    }

    /// Events behind a request and some bytes, and what is left of these for whoever reads on.
    static let rests: [(events: [Event], rest: String)] = [([], "frame"), ([.answered(keepsAlive: false)], "")]

    @Test("leave what was not read to whoever reads on, but for the last answer", arguments: rests.indices)
    func rest(_ row: Int) {
        let row = Self.rests[row]
        var queue = ClientRequestQueue(ClientRequestScript.limits)
        for event in [Self.get("/1"), Self.taken, .received("frame")] + row.events { _ = queue.take(event) }
        let rest = queue.leave()
        #expect(String(buffer: rest) == row.rest)
    }
}

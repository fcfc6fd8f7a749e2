import NIOCore
import Testing

@testable import Wire

@Suite("A mailbox hands elements to one consumer, in order, bounded, each wait with a deadline")
struct MailboxTests {
    /// Far longer than any test: a wait that ends, ends for another reason.
    static let long = Duration.seconds(600)

    static func next(_ mailbox: Mailbox<Int>, within limit: Duration = long) async throws(WireError) -> Int {
        try await mailbox.next(within: limit, on: ScriptedServer.loop, awaiting: "a number")
    }

    static func error(_ mailbox: Mailbox<Int>, within limit: Duration = long) async -> WireError? {
        do throws(WireError) {
            _ = try await next(mailbox, within: limit)
            return nil
        } catch {
            return error
        }
    }

    @Test("Elements come in the order in which they were sent")
    func order() async throws {
        let mailbox = Mailbox<Int>(limit: 100)
        for number in 0..<100 { mailbox.send(number) }
        for number in 0..<100 { #expect(try await Self.next(mailbox) == number) }
    }

    @Test("A waiting consumer is woken by the next element")
    func waiting() async throws {
        let mailbox = Mailbox<Int>(limit: 1)
        for number in 0..<200 {
            async let element = Self.next(mailbox)
            await Task.yield()
            mailbox.send(number)
            #expect(try await element == number)
        }
    }

    @Test("Nothing within the deadline is a time-out that says what was awaited")
    func deadline() async throws {
        let mailbox = Mailbox<Int>(limit: 1)
        #expect(await Self.error(mailbox, within: .zero) == .timedOut("a number within 0 s"))
        // The next wait is not ended by the last one's deadline.
        mailbox.send(1)
        #expect(try await Self.next(mailbox, within: .zero) == 1)
    }

    @Test("A deadline that passed does not end a later wait")
    func laterWait() async throws {
        let mailbox = Mailbox<Int>(limit: 1)
        for number in 0..<50 {
            #expect(await Self.error(mailbox, within: .zero)?.kind == .timedOut)
            async let element = Self.next(mailbox)
            await Task.yield()
            mailbox.send(number)
            #expect(try await element == number)
        }
    }

    @Test("After the end what is queued can still be taken, then comes the end, again and again")
    func end() async throws {
        let mailbox = Mailbox<Int>(limit: 2)
        mailbox.send(1)
        mailbox.finish(.closed("first"))
        mailbox.finish(.malformed("second"))
        mailbox.send(2)
        #expect(try await Self.next(mailbox) == 1)
        #expect(await Self.error(mailbox) == .closed("first"))
        #expect(await Self.error(mailbox) == .closed("first"))
    }

    @Test("The end wakes a waiting consumer")
    func endWhileWaiting() async {
        for _ in 0..<100 {
            let mailbox = Mailbox<Int>(limit: 2)
            async let error = Self.error(mailbox)
            await Task.yield()
            mailbox.finish(.closed("over"))
            #expect(await error == .closed("over"))
        }
    }

    @Test(
        "More than the bound ends the mailbox; what fitted can be taken",
        arguments: [
            ([1, 1, 1], 3), ([1, 1, 1, 1], 3), ([3], 1), ([4], 0), ([2, 2], 1), ([2, 1, 1], 2),
        ] as [([Int], Int)])
    func bound(_ costs: [Int], fitting: Int) async throws {
        let mailbox = Mailbox<Int>(limit: 3)
        for (number, cost) in costs.enumerated() { mailbox.send(number, cost: cost) }
        for number in 0..<fitting { #expect(try await Self.next(mailbox) == number) }
        let after = await Self.error(mailbox, within: .zero)
        #expect(after?.kind == (fitting == costs.count ? .timedOut : .malformed))
    }

    @Test("What was taken makes room")
    func room() async throws {
        let mailbox = Mailbox<Int>(limit: 3)
        for number in 0..<30 {
            mailbox.send(number, cost: 3)
            #expect(try await Self.next(mailbox) == number)
        }
    }

    @Test("A cancelled consumer is let go, before it waits or after")
    func cancellation() async {
        for round in 0..<100 {
            let mailbox = Mailbox<Int>(limit: 1)
            let task = Task { await Self.error(mailbox) }
            if round % 2 == 0 { await Task.yield() }
            task.cancel()
            #expect(await task.value == .cancelled)
        }
    }
}

import DequeModule
import History
package import NIOCore
import Synchronization

/// Hands elements from an event loop to one awaiting consumer, with a deadline on every wait and a bound on what queues.
package final class Mailbox<Element: Sendable>: Sendable {
    private typealias Outcome = Result<Element, WireError>

    private struct State {
        var queue = Deque<(element: Element, cost: Int)>()
        var queuedCost = 0
        var waiter: Waiter?
        var nextTicket = 0
        var end: WireError?
    }

    private struct Waiter {
        var ticket: Int
        var continuation: CheckedContinuation<Outcome, Never>
        var deadline: Scheduled<Void>?

        /// Wakes the consumer; its deadline is dropped, or it would keep the mailbox alive until it passes.
        func resume(_ outcome: Outcome) {
            deadline?.cancel()
            continuation.resume(returning: outcome)
        }
    }

    private let state = Mutex(State())
    private let limit: Int

    /// A mailbox that ends with an error once more than `limit` cost units wait unread.
    package init(limit: Int) { self.limit = limit }

    /// Delivers an element of this cost; nothing is delivered after the end. False when it does not fit, which ends the
    /// mailbox.
    @discardableResult
    package func send(_ element: Element, cost: Int = 1) -> Bool {
        let (waiter, isTooMuch) = state.withLock { state -> (Waiter?, Bool) in
            guard state.end == nil else { return (nil, false) }
            if let waiter = state.waiter {
                state.waiter = nil
                return (waiter, false)
            }
            guard state.queuedCost + cost <= limit else {
                state.end = .malformed("the peer sent more than \(limit) units that nobody had asked for")
                return (nil, true)
            }
            state.queue.append((element, cost))
            state.queuedCost += cost
            return (nil, false)
        }
        waiter?.resume(.success(element))
        return !isTooMuch
    }

    /// Ends the mailbox; what is queued can still be taken. The first end wins.
    package func finish(_ error: WireError) {
        let waiter = state.withLock { state -> Waiter? in
            if state.end == nil { state.end = error }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(.failure(error))
    }

    /// Takes the next element if one waits.
    package func takeReady() -> Element? {
        state.withLock { state in
            guard let first = state.queue.popFirst() else { return nil }
            state.queuedCost -= first.cost
            return first.element
        }
    }

    /// Takes the next element, waiting for it no longer than `limit`. One consumer at a time.
    package func next(
        within limit: Duration, on loop: any EventLoop, awaiting what: @autoclosure @Sendable () -> String
    ) async throws(WireError) -> Element {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        let awaited = what()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
                let ready = state.withLock { state -> Outcome? in
                    // Before what is queued: a peer that floods us must not keep a cancelled consumer going.
                    if Task.isCancelled { return .failure(.cancelled) }
                    if let first = state.queue.popFirst() {
                        state.queuedCost -= first.cost
                        return .success(first.element)
                    }
                    if let end = state.end { return .failure(end) }
                    precondition(state.waiter == nil, "a mailbox has one consumer")
                    state.waiter = Waiter(ticket: ticket, continuation: continuation)
                    return nil
                }
                if let ready {
                    continuation.resume(returning: ready)
                } else {
                    let deadline = loop.scheduleTask(in: TimeAmount(limit)) {
                        self.resume(ticket, with: .timedOut("\(awaited) within \(limit.inWords)"))
                    }
                    let isWaiting = state.withLock { state in
                        guard state.waiter?.ticket == ticket else { return false }
                        state.waiter?.deadline = deadline
                        return true
                    }
                    if !isWaiting { deadline.cancel() }
                }
            }
        } onCancel: {
            self.resume(ticket, with: .cancelled)
        }
        return try outcome.get()
    }

    private func resume(_ ticket: Int, with error: WireError) {
        let waiter = state.withLock { state -> Waiter? in
            guard let waiter = state.waiter, waiter.ticket == ticket else { return nil }
            state.waiter = nil
            return waiter
        }
        waiter?.resume(.failure(error))
    }
}

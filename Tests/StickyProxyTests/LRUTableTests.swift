import TestSupport
import Testing

@testable import StickyProxy

@Suite("A bounded table")
struct LRUTableTests {
    @Test("forgets what was least recently used")
    func forgets() {
        var table = LRUTable<String, Int>(capacity: 2)
        table.set(1, for: "a")
        table.set(2, for: "b")
        #expect(table.value(for: "a") == 1)
        table.set(3, for: "c")
        #expect(table.value(for: "b") == nil)
        #expect(table.value(for: "a") == 1)
        #expect(table.value(for: "c") == 3)
    }

    @Test("agrees with a plain model over many operations", arguments: [0, 1, 2, 3, 7])
    func model(_ capacity: Int) {
        var generator = SplitMix(state: 42)
        var table = LRUTable<Int, Int>(capacity: capacity)
        var order: [(key: Int, value: Int)] = []
        for step in 0..<2000 {
            let key = Int.random(in: 0..<10, using: &generator)
            let known = order.firstIndex { $0.key == key }
            switch Int.random(in: 0..<3, using: &generator) {
            case 0:
                #expect(table.value(for: key) == known.map { order[$0].value })
                if let known { order.append(order.remove(at: known)) }
            case 1:
                table.set(step, for: key)
                if let known { order.remove(at: known) }
                order.append((key, step))
                if order.count > capacity { order.removeFirst() }
            default:
                table.remove(key)
                if let known { order.remove(at: known) }
            }
            #expect(table.count == order.count)
        }
    }
}

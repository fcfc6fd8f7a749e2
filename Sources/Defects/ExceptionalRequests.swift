import NIOHTTP1
import StickyProxy

/// Lets drawn requests meet another behavior.
struct ExceptionalRequests: Defect {
    private let rules: RequestRules
    private let lottery: DamageLottery

    init(_ behavior: Behavior, lottery: DamageLottery) {
        rules = RequestRules(behavior)
        self.lottery = lottery
    }

    func exception(for request: HTTPRequestHead) -> RequestRules? { lottery.damages() ? rules : nil }
}

import NIOHTTP1
import StickyProxy

/// Does to drawn bodies what a defect does to each.
struct DrawnBodies: Defect {
    private let defect: any Defect
    private let lottery: DamageLottery

    init(_ defect: any Defect, lottery: DamageLottery) {
        self.defect = defect
        self.lottery = lottery
    }

    func bodyTransform(_ head: HTTPResponseHead, to request: HTTPRequestHead) -> (any StreamTransform)? {
        guard let transform = defect.bodyTransform(head, to: request), lottery.damages() else { return nil }
        return transform
    }
}

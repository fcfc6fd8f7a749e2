import NIOHTTP1
import StickyProxy

/// Does to drawn requests what a defect does to each.
struct DrawnRequests: Defect {
    private let defect: any Defect
    private let lottery: DamageLottery

    init(_ defect: any Defect, lottery: DamageLottery) {
        self.defect = defect
        self.lottery = lottery
    }

    func request(_ head: HTTPRequestHead) -> HTTPRequestHead {
        guard lottery.draws() else { return head }
        let forwarded = defect.request(head)
        if forwarded != head { lottery.damaged() }
        return forwarded
    }
}

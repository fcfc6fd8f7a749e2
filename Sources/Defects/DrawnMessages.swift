import StickyProxy

/// Damages drawn text messages of one direction of tunnels.
struct DrawnMessages: FrameDefect {
    private let damage: MessageDamage
    private let direction: TunnelDirection
    private let lottery: DamageLottery

    init(_ damage: MessageDamage, direction: TunnelDirection, lottery: DamageLottery) {
        self.damage = damage
        self.direction = direction
        self.lottery = lottery
    }

    func tunnelTransform(_ direction: TunnelDirection) -> (any StreamTransform)? {
        direction == self.direction ? MessageTransform(damage, choice: .drawn(lottery)) : nil
    }
}

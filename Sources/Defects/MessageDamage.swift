import NIOCore
import NIOHTTP1
import StickyProxy

/// What is done to a text message of a tunnel.
enum MessageDamage: Sendable, Hashable {
    /// It is lost.
    case dropped
    /// It is delivered twice.
    case replayed
    /// It is delivered behind the next one. It is held back until that comes, or any other frame, and then is whole: where
    /// clients wait for each answer before they go on there is no next one.
    case swapped
    /// One bit of one letter is flipped, so that it stays JSON and UTF-8; of a digit where no letter is.
    case altered
    /// Every such byte becomes another one.
    case replaced(UInt8, by: UInt8)

    /// What becomes of the message, in words.
    var fate: String {
        switch self {
        case .dropped: "is lost"
        case .replayed: "is delivered twice"
        case .swapped: "is delivered behind the next one"
        case .altered: "has a letter altered"
        case .replaced: "has those bytes replaced"
        }
    }
}

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

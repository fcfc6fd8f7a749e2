/// What is done to a text message of a tunnel.
enum MessageDamage: Sendable, Hashable {
    /// It is lost.
    case dropped
    /// It is delivered twice.
    case replayed
    /// It is delivered behind the next one. It is held back until that comes; any other frame that comes first sets it free
    /// undamaged, as where clients wait for each answer before they go on.
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

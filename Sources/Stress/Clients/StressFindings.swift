import Claims
import Verdicts

extension FindingCode {
    /// A session ended although nobody had broken its node.
    static let sessionEnded = FindingCode("session-ended", .unexplained)
    /// A client could not open the transport it wanted, although every node was well.
    static let transportRefused = FindingCode("transport-refused", .fallback)
    /// An answer holds what is no row of SockJS frames.
    static let framesMalformed = FindingCode("frames-malformed", .rewriting)
    /// A message is none of DDP.
    static let ddpUnusable = FindingCode("ddp-unusable", .rewriting)
    /// More messages wait to be sent than a client keeps.
    static let sendsHeldUp = FindingCode("sends-held-up", .unexplained)
}

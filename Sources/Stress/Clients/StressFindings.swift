import Claims
import Verdicts

extension FindingCode {
    /// An answer holds what is no row of SockJS frames.
    static let framesMalformed = FindingCode("frames-malformed", .rewriting)
    /// A message is none of DDP.
    static let ddpUnusable = FindingCode("ddp-unusable", .rewriting)
    /// More messages wait to be sent than a client keeps.
    static let sendsHeldUp = FindingCode("sends-held-up", .unexplained)
}

/// Names of DDP sessions.
public enum SessionID {
    static let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz")

    /// 17 characters that people do not mix up, as Meteor makes them.
    public static func random(using generator: inout some RandomNumberGenerator) -> String {
        String((0..<17).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
    }
}

/// Names of DDP sessions.
public enum SessionID {
    /// 17 characters that people do not mix up, as Meteor makes them.
    public static func random(using generator: inout some RandomNumberGenerator) -> String {
        let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz")
        return String((0..<17).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
    }
}

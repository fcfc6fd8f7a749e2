import Fleet

/// Whence the names, the draws and the source addresses of a case's clients come: the case and the run's seed alone, so
/// that a case run by itself repeats what it did among all the others.
struct CaseSeed: Sendable, Hashable {
    /// Client addresses a case has.
    static let clientCount = 200

    /// Beginning of the names of its clients; a client draws by its name and the seed.
    let prefix: String
    private let network: Int
    private let subnet: Int

    /// The seed of this case in a run of this seed.
    init(_ caseID: String, seed: UInt64) {
        var names = ClientRandom(seed: 0, name: caseID)
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        prefix = "k" + String((0..<4).map { _ in letters.randomElement(using: &names) ?? "a" })
        var addresses = ClientRandom(seed: seed, name: caseID)
        network = Int.random(in: 16..<216, using: &addresses)
        subnet = Int.random(in: 0..<250, using: &addresses)
    }

    /// Source address of the client number `number`; addresses repeat after 200 clients.
    ///
    /// Each is in another /24: nginx's `ip_hash` looks at no more than that.
    func source(_ number: Int) -> String {
        let place = number % Self.clientCount
        return "127.\(network).\((subnet + place) % 250).\(10 + place)"
    }
}

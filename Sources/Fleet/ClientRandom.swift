import History

/// SplitMix64: the randomness of one virtual client, a pure function of the run's seed and the client's name.
package struct ClientRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The generator of this client in a run of this seed.
    package init(seed: UInt64, name: String) {
        state = seed
        for byte in name.utf8 { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

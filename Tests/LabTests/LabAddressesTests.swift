import Wire
import Testing

@testable import Lab

@Suite("Each bench has a loopback network of its own")
struct LabAddressesTests {
    @Test("250 networks in a row of one process differ, and none is 127.0.0.0/24", arguments: [1, 199, 200, 4_194_304])
    func networks(ofProcess pid: Int) {
        let fronts = (0..<250).map { LabAddresses(pid: pid, index: $0).front }
        #expect(Set(fronts).count == 250)
        #expect(fronts.allSatisfy { $0.hasPrefix("127.") && !$0.hasPrefix("127.0.0.") })
    }

    @Test("Each bench takes the next network")
    func next() {
        #expect(LabAddresses().front != LabAddresses().front)
    }

    @Test("Nodes and the front don't meet")
    func roles() {
        let addresses = LabAddresses()
        let all = (1...3).map { addresses.node($0).host } + [addresses.front]
        #expect(Set(all).count == 4)
        for address in all {
            let last = address.split(separator: ".").last.flatMap { Int($0) }
            #expect((1...254).contains(last ?? 0))
        }
        #expect(addresses.node(1).port == 0)
    }
}

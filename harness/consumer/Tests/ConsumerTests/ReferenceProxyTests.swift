import Stickler
import Testing

@Suite struct ReferenceProxyTests {
    @Test func `the library can be imported`() {}
}

import Claims
import Testing

@testable import Stickler

struct UnknownClaimsTests {
    @Test(arguments: Feature.allCases)
    func `what is not said of a balancer behind a URL is asked of it`(_ feature: Feature) {
        #expect(ClaimSheet.unknownBalancer.directives[feature] == feature.advice)
    }
}

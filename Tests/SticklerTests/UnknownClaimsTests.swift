import Balancers
import Claims
import Testing

@testable import Profiles
@testable import Stickler

struct UnknownClaimsTests {
    @Test func `who is taken for a system that changes its nodes claims what it does, and can't be told to do it`()
        throws
    {
        #expect(!Profile.autoScaling.claims.verbs.isEmpty)
        let claims = try #require(try Declarations(claimsOf: "auto-scaling").claims(in: .find(own: nil)))
        #expect(claims.verbs.isEmpty && claims.directives == Profile.autoScaling.claims.directives)
    }

    @Test(arguments: Feature.allCases)
    func `what is not said of a balancer behind a URL is asked of it`(_ feature: Feature) {
        #expect(ClaimSheet.unknownBalancer.directives[feature] == feature.advice)
    }
}

using CsCheck;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Certificates;
using Flyball.Gateway.Certificates.Keeping;

namespace Flyball.Gateway.Tests.Certificates;

public sealed class CertificatePlanTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    [Fact]
    public void Issued_AnyLife_IsRenewedInItsLastThirdOrALittleBefore() =>
        Gen.Select(Gen.Int[1, 10_000], Gen.Double[0, 1]).Sample((hours, chance) =>
        {
            var issued = new IssuedCertificate("c", "k", Now, Now.AddHours(hours));
            Certificate stored = CertificatePlan.Issued("h", CertificateSource.Acme, issued, chance);
            TimeSpan life = TimeSpan.FromHours(hours);

            Assert.False(CertificatePlan.IsDue(stored, CertificateSource.Acme, Now + (life * 0.58)));
            Assert.True(CertificatePlan.IsDue(stored, CertificateSource.Acme, Now + (life * 0.67)));
            Assert.True(CertificatePlan.IsDue(stored, CertificateSource.Internal, Now));
        });

    [Fact]
    public void Failed_AgainAndAgain_WaitsLongerUpToSixHours()
    {
        var failure = new CertificateFailure("h", CertificateSource.Acme, "no", null);
        Certificate? stored = null;
        double last = 0;
        for (int i = 1; i <= 20; i++)
        {
            stored = CertificatePlan.Failed(stored, failure, Now, chance: 1);
            double minutes = (stored.NextTryUnixMs - Now.ToUnixTimeMilliseconds()) / 60_000.0;
            Assert.Equal(i, stored.FailedTries);
            Assert.Equal(Math.Min(360, Math.Pow(2, i - 1)), minutes, 3);
            Assert.True(minutes >= last);
            last = minutes;
        }
    }

    [Fact]
    public void Failed_Renewal_KeepsTheCertificateThatThereIs()
    {
        Certificate good = CertificatePlan.Issued(
            "h", CertificateSource.Acme, new IssuedCertificate("c", "k", Now, Now.AddDays(90)), 0);
        Certificate failed = CertificatePlan.Failed(
            good, new CertificateFailure("h", CertificateSource.Acme, "no", TimeSpan.FromHours(3)), Now, 0);

        Assert.Equal(("c", "k", "no"), (failed.ChainPem, failed.KeyPem, failed.Problem));
        Assert.Equal(Now.AddHours(3).ToUnixTimeMilliseconds(), failed.NextTryUnixMs);
    }

    [Fact]
    public void Wanted_ByRoutes_IsOneSourceAHostAndAcmeWhereTheyDisagree()
    {
        StoredResource Route(string name, string? host, CertificateSource? source) => new(
            Kinds.Route.Key(name), new Revision(1), Kinds.Route.Encode(new Route
            {
                Service = "s", Host = host, Tls = new RouteTls { Certificate = source },
            }));
        ResourceSnapshot snapshot = ResourceSnapshot.From(
        [
            Route("a", "One.example", CertificateSource.Internal), Route("b", "one.example", CertificateSource.Acme),
            Route("c", "two.example", CertificateSource.Acme), Route("d", null, CertificateSource.Acme),
            Route("e", "two.example", CertificateSource.Internal), Route("f", "three.example", null),
            Route("g", "four.example", CertificateSource.Internal),
        ], new Revision(1));

        Assert.Equal(
            [
                ("four.example", CertificateSource.Internal), ("one.example", CertificateSource.Acme),
                ("two.example", CertificateSource.Acme),
            ],
            WantedCertificates.Of(snapshot).Select(pair => (pair.Key, pair.Value)));
    }
}

using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Tls;

namespace Flyball.Gateway.Tests.Tls;

public sealed class CertificateSnapshotTests : IDisposable
{
    private const CertificateSource Acme = CertificateSource.Acme;
    private const CertificateSource Internal = CertificateSource.Internal;

    private readonly TestCertificates authority = new();

    public void Dispose() => authority.Dispose();

    private ServerCertificate Of(CertificateSource? issuedBy, string host, int fromDays = -1, int toDays = 30)
    {
        (string chain, string key) = authority.Server(host, fromDays, toDays);
        (ServerCertificate? certificate, string? problem) = ServerCertificate.Load(chain, key, "test", issuedBy);
        Assert.Null(problem);
        return certificate!;
    }

    private static ServerCertificate? Found(string host, params ServerCertificate[] all) =>
        new CertificateSnapshot(all, DateTimeOffset.UtcNow).Find(host);

    [Fact]
    public void Find_FileThatEndsFirst_GoesBeforeWhatWasIssued()
    {
        ServerCertificate file = Of(null, "shop.example");
        Assert.Same(file, Found("shop.example", Of(Internal, "shop.example", toDays: 90), file));
        Assert.Same(file, Found("shop.example", Of(Acme, "shop.example", toDays: 90), file));
    }

    [Fact]
    public void Find_WildcardOfAFile_GoesBeforeTheHostsOwnThatWasIssued()
    {
        ServerCertificate file = Of(null, "*.example");
        Assert.Same(file, Found("shop.example", Of(Internal, "shop.example", toDays: 90), file));
        ServerCertificate named = Of(null, "shop.example");
        Assert.Same(named, Found("shop.example", named, file));
        ServerCertificate other = Of(Internal, "shop.other");
        Assert.Same(other, Found("shop.other", other, file));
    }

    [Fact]
    public void Find_TwoIssuers_IsAcmes()
    {
        ServerCertificate acme = Of(Acme, "shop.example");
        Assert.Same(acme, Found("shop.example", Of(Internal, "shop.example", toDays: 90), acme));
    }

    [Fact]
    public void Find_FileThatEnded_LeavesTheHostToWhatIsGood()
    {
        ServerCertificate acme = Of(Acme, "shop.example");
        Assert.Same(acme, Found("shop.example", Of(null, "shop.example", -9, -1), acme));
        Assert.Same(acme, Found("shop.example", Of(null, "*.example", -9, -1), acme));
    }

    [Fact]
    public void Find_OfOneSource_IsTheOneThatEndsLast()
    {
        ServerCertificate last = Of(null, "shop.example", toDays: 60);
        Assert.Same(last, Found("shop.example", Of(null, "shop.example"), last));
    }
}

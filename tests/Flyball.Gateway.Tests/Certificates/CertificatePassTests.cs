using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Certificates;
using Flyball.Gateway.Certificates.Acme;
using Flyball.Gateway.Certificates.Keeping;
using Flyball.Store.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Gateway.Tests.Certificates;

public sealed class CertificatePassTests : IDisposable
{
    private static readonly TimeSpan Order = TimeSpan.FromMinutes(3);

    private static readonly LeasedLoopOptions Work = new()
    {
        Lease = "certificates/acme", Holder = "one", LeaseDuration = TimeSpan.FromMinutes(5),
        Interval = TimeSpan.FromSeconds(30), Watched = [],
    };

    private readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddDays(20_000));
    private readonly MemoryStore store;
    private readonly SlowIssuer issuer;

    public CertificatePassTests()
    {
        store = new MemoryStore(time);
        issuer = new SlowIssuer(time);
    }

    public void Dispose() => store.Dispose();

    private async Task RunAsync()
    {
        LeaseEpoch lease = (await AcquireAsync(Work.Holder))!.Value;
        await new CertificatePass(store, issuer, Work, new RandomSequence(1), time, NullLogger.Instance)
            .RunAsync(lease, TestContext.Current.CancellationToken);
    }

    private ValueTask<LeaseEpoch?> AcquireAsync(string holder) =>
        store.AcquireAsync(Work.Lease, holder, Work.LeaseDuration, TestContext.Current.CancellationToken);

    private async Task RouteAsync(params string[] hosts)
    {
        var transaction = new StoreTransaction();
        foreach (string host in hosts)
        {
            transaction.Put(Kinds.Route, host, new Route
            {
                Service = "shop.web", Host = host, Tls = new RouteTls { Certificate = CertificateSource.Acme },
            });
        }

        Assert.True((await store.CommitAsync(transaction, TestContext.Current.CancellationToken)).IsCommitted);
    }

    private Certificate? Stored(string host) => store.Current.Get(Kinds.Certificate, host)?.Value;

    [Fact]
    public async Task Run_OrdersThatTakeLongerThanTheLease_KeepsIt()
    {
        await RouteAsync("a.example", "b.example", "c.example", "d.example");
        issuer.Before = async _ =>
        {
            time.Advance(Order);
            Assert.Null(await AcquireAsync("two"));
        };

        await RunAsync();
        Assert.All(
            ["a.example", "b.example", "c.example", "d.example"], host => Assert.NotNull(Stored(host)?.ChainPem));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_LeaseThatWentToAnotherServer_OrdersNothingMoreAndKeepsWhatTheLastOrderBrought(bool isFailing)
    {
        await RouteAsync("a.example", "b.example");
        if (isFailing) issuer.Failing.Add("a.example");
        issuer.Before = async _ =>
        {
            time.Advance(Work.LeaseDuration * 2);
            Assert.NotNull(await AcquireAsync("two"));
        };

        await RunAsync();
        Assert.Equal(["a.example"], issuer.Asked);
        Assert.Equal(isFailing ? 1 : 0, Stored("a.example")!.FailedTries);
        Assert.Equal(isFailing, Stored("a.example")!.ChainPem is null);
    }

    [Fact]
    public async Task Run_HostsThatHadFailed_ComeAfterTheOthersAndAfterWhatBecomesDueMeanwhile()
    {
        await RouteAsync("a.example", "b.example");
        issuer.Failing.UnionWith(["a.example", "b.example"]);
        await RunAsync();
        time.Advance(TimeSpan.FromHours(1));
        await RouteAsync("c.example");
        issuer.Asked.Clear();
        issuer.Before = host => host == "c.example" ? Task.CompletedTask : RouteAsync("d.example");

        await RunAsync();
        Assert.Equal("c.example", issuer.Asked[0]);
        Assert.Equal("d.example", issuer.Asked[2]);
        Assert.Equal(4, issuer.Asked.Count);
    }

    /// <summary>Issues at once, after what the test lets happen before.</summary>
    private sealed class SlowIssuer(TimeProvider time) : ICertificateIssuer
    {
        public CertificateSource Source => CertificateSource.Acme;

        public HashSet<string> Failing { get; } = [];

        public List<string> Asked { get; } = [];

        public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

        public async Task<IssuedCertificate> IssueAsync(string host, LeaseEpoch lease, CancellationToken cancellation)
        {
            Asked.Add(host);
            await Before(host);
            if (Failing.Contains(host)) throw new AcmeException("It answers too late.");
            DateTimeOffset now = time.GetUtcNow();
            return new IssuedCertificate("chain", "key", now, now.AddDays(90));
        }
    }
}

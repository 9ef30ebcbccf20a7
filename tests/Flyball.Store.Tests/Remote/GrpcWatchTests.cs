using Flyball.Base.Resources;
using Flyball.Contracts.Identity;
using Flyball.Contracts.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flyball.Store.Tests.Remote;

/// <summary>The remote watch over real gRPC on loopback, on the SQLite store, through the public doors.</summary>
public sealed class GrpcWatchTests : IAsyncLifetime
{
    private readonly TemporaryDirectory directory = new();
    private WebApplication? server;
    private GrpcTransport? transport;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IResourceStore Store => server!.Services.GetRequiredService<IResourceStore>();

    public async ValueTask InitializeAsync()
    {
        server = await StartAsync(0);
        transport = new GrpcTransport(new Uri(server.Urls.Single()), token: null);
    }

    public async ValueTask DisposeAsync()
    {
        transport?.Dispose();
        await server!.DisposeAsync();
        directory.Dispose();
    }

    [Fact]
    public async Task Reader_OverGrpc_FollowsTheStore()
    {
        for (int i = 0; i < 50; i++)
            await Store.CommitAsync(RemoteHarness.Put($"r{i}", new string('x', 100_000)), Cancellation);
        await using var remote = new RemoteHarness(transport!, directory.File("snapshot"), TimeProvider.System);
        await remote.UntilAsync(snapshot => snapshot.Revision.Value == 50);
        await Store.CommitAsync(RemoteHarness.Put("last"), Cancellation);

        await remote.UntilAsync(snapshot => snapshot.Revision.Value == 51);
        Assert.Equal(51, remote.Reader.Current.Count("route"));
    }

    [Fact]
    public async Task Reader_ServerRestarts_CatchesUpFromItsRevision()
    {
        await Store.CommitAsync(RemoteHarness.Put("a"), Cancellation);
        await using var remote = new RemoteHarness(transport!, directory.File("snapshot"), TimeProvider.System);
        await remote.UntilAsync(snapshot => snapshot.Revision.Value == 1);
        int port = new Uri(server!.Urls.Single()).Port;
        await server.DisposeAsync();
        server = await StartAsync(port);
        await Store.CommitAsync(RemoteHarness.Put("b"), Cancellation);

        await remote.UntilAsync(snapshot => snapshot.Revision.Value == 2);
        Assert.Equal(["a", "b"], remote.Reader.Current.List("route").Select(row => row.Key.Name));
    }

    [Fact]
    public async Task Reader_LargestTransaction_FitsAMessage()
    {
        await using var remote = new RemoteHarness(transport!, directory.File("snapshot"), TimeProvider.System);
        await Store.CommitAsync(RemoteHarness.Put("first"), Cancellation);
        await remote.UntilAsync(snapshot => snapshot.Revision.Value == 1);
        var transaction = new StoreTransaction();
        for (int i = 0; i < 7; i++) transaction.Put(new ResourceKey("route", $"r{i}"), new byte[1024 * 1024]);
        Assert.True((await Store.CommitAsync(transaction, Cancellation)).IsCommitted);

        await remote.UntilAsync(snapshot => snapshot.Revision.Value == 2);
        Assert.Equal(8, remote.Reader.Current.Count("route"));
    }

    private async Task<WebApplication> StartAsync(int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            System.Net.IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSqliteStore(new SqliteStoreOptions { Directory = directory.File("store") });
        builder.Services.AddAuthorization(
            auth => auth.AddPolicy(Policies.Control, policy => policy.RequireAssertion(_ => true)));
        WebApplication app = builder.Build();
        app.UseAuthorization();
        app.MapStore();
        await app.StartAsync(Cancellation);
        return app;
    }
}

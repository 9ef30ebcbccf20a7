using System.Net;
using Flyball.Base.Disk;
using Flyball.Base.Ids;
using Flyball.Base.Work;
using Flyball.Contracts.Identity;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Metrics.Api.Tests;

/// <summary>
/// The module behind a real door on loopback, on a clock that the test moves. Everybody may do everything: who may do
/// what is tested on the whole platform.
/// </summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private ApiServer(WebApplication app, FakeTimeProvider clock, string directory)
    {
        this.app = app;
        Clock = clock;
        Directory = directory;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public FakeTimeProvider Clock { get; }

    /// <summary>Where the database is; deleted with the server.</summary>
    public string Directory { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>A server whose clock stands at two hours after the epoch, so that scripts can start at 0.</summary>
    public static async Task<ApiServer> StartAsync(
        Func<MetricsOptions, MetricsOptions>? change = null, string? directory = null, FakeTimeProvider? clock = null)
    {
        directory ??= System.IO.Directory.CreateTempSubdirectory("flyball-api-").FullName;
        clock ??= new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddHours(2));
        var options = new MetricsOptions
        {
            DataDirectory = Path.Combine(directory, "metrics"),
            SyncInterval = TimeSpan.Zero,
            Version = "1.2.3",
        };
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<IDisk>(PhysicalDisk.Instance);
        builder.Services.AddSingleton<IWorkers>(PoolWorkers.Instance);
        builder.Services.AddSingleton(new Random(1));
        builder.Services.AddSingleton<IdSource>();
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Read, policy => policy.RequireAssertion(_ => true))
            .AddPolicy(Policies.Write, policy => policy.RequireAssertion(_ => true))
            .AddPolicy(Policies.Admin, policy => policy.RequireAssertion(_ => true));
        builder.Services.AddMetrics(change is null ? options : change(options));
        WebApplication app = builder.Build();
        app.UseRouting();
        app.UseAuthorization();
        app.MapMetrics();
        await app.StartAsync();
        return new ApiServer(app, clock, directory);
    }

    /// <summary>Stores what a script's <c>load</c> says.</summary>
    public async Task AppendAsync(Action<SampleBatch> fill)
    {
        using IntakeTicket ticket = Services.GetRequiredService<SampleIntake>().TryEnter(out _)!;
        ticket.Batch.Clear(Storage.Labelling.LabelForm.Plain);
        fill(ticket.Batch);
        Assert.Equal(CommitOutcome.Durable, await ticket.AppendAsync());
        Assert.Equal(0, ticket.Report.Refused);
    }

    /// <summary>Stops the server and leaves its directory for the next.</summary>
    public async Task StopAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}

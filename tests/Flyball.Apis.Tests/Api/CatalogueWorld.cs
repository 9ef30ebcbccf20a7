using System.Net;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Flyball.Base.Disk;
using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Apis;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Identity;
using Flyball.Contracts.Metrics;
using Flyball.Scheduling;
using Flyball.Store.Memory;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flyball.Apis.Tests.Api;

/// <summary>
/// The catalogue and the scheduler on a real Kestrel: projects are applied as the command line applies them, documents
/// are kept on disk, versions are made by the scheduler. Instances are put there by the test, which is Discovery here.
/// </summary>
internal sealed class CatalogueWorld : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string folder;

    private CatalogueWorld(WebApplication app, string folder, MemoryStore store)
    {
        (this.app, this.folder, Store) = (app, folder, store);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public MemoryStore Store { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<CatalogueWorld> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("flyball-apis-").FullName;
        var store = new MemoryStore(TimeProvider.System);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton<IResourceStore>(store).AddSingleton<IResourceReader>(store)
            .AddSingleton<IJournal>(store).AddSingleton<IScalingView>(new NoScaling())
            .AddSingleton<IMetricGrammar>(new AnyExpression()).AddSingleton<IMetricQuery>(new NoMetrics());
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(new Random(1)).AddSingleton<IdSource>();
        builder.Services.AddSingleton<IDisk>(PhysicalDisk.Instance).AddSingleton<IWorkers>(PoolWorkers.Instance);
        builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, Ada>("test", null);
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Read, policy => policy.RequireAuthenticatedUser())
            .AddPolicy(Policies.Write, policy => policy.RequireAuthenticatedUser());
        builder.Services.AddScheduling(new SchedulingOptions { DataDirectory = folder });
        builder.Services.AddApis(new ApisOptions
        {
            Interval = TimeSpan.FromMilliseconds(100), RetryDelay = TimeSpan.FromMilliseconds(50), VersionsKept = 2,
        });
        WebApplication app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapScheduling();
        app.MapApis();
        await app.StartAsync(Cancellation);
        return new CatalogueWorld(app, folder, store);
    }

    /// <summary>Applies a project of one service; the document is beside it as <c>openapi.yaml</c>.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> ApplyAsync(
        string api, string? document = null, string command = "serve")
    {
        string compose = $$"""
            name: shop
            services:
              web:
                x-driver: process
                working_dir: /
                command: [{{command}}]
                x-api: {{api}}
            """;
        string attachments = document is null ? "[]" : $$"""
            [{ "name": "/home/ada/shop/openapi.yaml",
               "base64": "{{Convert.ToBase64String(Encoding.UTF8.GetBytes(document))}}" }]
            """;
        using var content = new StringContent(
            $$"""
            {
              "files": [{ "name": "compose.yaml", "text": {{JsonSerializer.Serialize(compose)}} }],
              "projectDirectory": "/home/ada/shop", "attachments": {{attachments}}
            }
            """, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await Client.PostAsync("/api/flyball/v1/apply", content, Cancellation);
        using JsonDocument body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
        return (answer.StatusCode, body.RootElement.Clone());
    }

    /// <summary>An instance of a version that serves at this port and is healthy.</summary>
    public async Task ServeAsync(int version, int port)
    {
        string name = Endpoint.NameOf($"a{version}", "http");
        CommitResult result = await Store.CommitAsync(
            new StoreTransaction().Put(Kinds.Endpoint, name, new Endpoint
            {
                Service = "shop.web", Port = "http", Allocation = $"a{version}", Version = version, Node = "n",
                Address = "127.0.0.1", PortNumber = port, Health = HealthState.Passing,
            }),
            Cancellation);
        Assert.True(result.IsCommitted);
    }

    /// <summary>Waits until the record of a version is as it should be; a store's watch tells of each change.</summary>
    public async Task<ApiDocument> DocumentAsync(int version, Func<ApiDocument, bool>? isRight = null)
    {
        string name = ApiDocument.NameOf("shop.web", version);
        Revision seen = Store.Current.Revision;
        if (Store.Current.Get(Kinds.ApiDocument, name) is { } known && isRight?.Invoke(known.Value) != false)
            return known.Value;
        await foreach (ChangeBatch _ in Store.WatchAsync([Kinds.ApiDocument.Name], seen, Cancellation))
            if (Store.Current.Get(Kinds.ApiDocument, name) is { } found && isRight?.Invoke(found.Value) != false)
                return found.Value;
        throw new InvalidOperationException("The watch ended.");
    }

    /// <summary>Waits until a record is no longer there.</summary>
    public async Task GoneAsync(string name)
    {
        Revision seen = Store.Current.Revision;
        if (Store.Current.Find(Kinds.ApiDocument.Key(name)) is null) return;
        await foreach (ChangeBatch _ in Store.WatchAsync([Kinds.ApiDocument.Name], seen, Cancellation))
            if (Store.Current.Find(Kinds.ApiDocument.Key(name)) is null) return;
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using HttpResponseMessage answer = await Client.GetAsync("/api/flyball/v1" + path, Cancellation);
        using JsonDocument body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
        return body.RootElement.Clone();
    }

    public async Task<(HttpResponseMessage Answer, string Text)> PageAsync(string path)
    {
        HttpResponseMessage answer = await Client.GetAsync(path, Cancellation);
        return (answer, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        Store.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private sealed class Ada(
        IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
            Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(
                new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "ada")], Scheme.Name)),
                Scheme.Name)));
    }

    private sealed class NoScaling : IScalingView
    {
        public IReadOnlyList<string> Explain(string workload) => [];
    }

    /// <summary>No project here has an expression.</summary>
    private sealed class AnyExpression : IMetricGrammar
    {
        public string? ProblemOf(string expression) => null;
    }

    /// <summary>Metrics in which nothing is yet; the test of the executable has real ones.</summary>
    private sealed class NoMetrics : IMetricQuery
    {
        public ValueTask<MetricAnswer> InstantAsync(
            string expression, long atUnixMs, TimeSpan? lookBack, CancellationToken cancellation) =>
            new(new MetricAnswer());

        public ValueTask<MetricAnswer> RangeAsync(
            string expression, long startUnixMs, long endUnixMs, TimeSpan step, TimeSpan? lookBack,
            CancellationToken cancellation) => new(new MetricAnswer());
    }
}

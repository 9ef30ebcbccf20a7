using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Flyball.Base.Disk;
using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts.Apis;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Identity;
using Flyball.Contracts.Metrics;
using Flyball.Store.Memory;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flyball.Scheduling.Tests.Http;

/// <summary>
/// The module's API on a real Kestrel at a free loopback port, with the in-memory store; the caller is "ada".
/// </summary>
internal sealed class ApiWorld : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string folder;

    private ApiWorld(WebApplication app, string folder, MemoryStore store)
    {
        this.app = app;
        this.folder = folder;
        Store = store;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First() + "/api/flyball/v1/") };
    }

    public HttpClient Client { get; }

    public MemoryStore Store { get; }

    public IServiceProvider Services => app.Services;

    /// <param name="schedules">False keeps the scheduler out, so that only what the API writes is there.</param>
    public static async Task<ApiWorld> StartAsync(
        bool schedules = false, Func<SchedulingOptions, SchedulingOptions>? change = null)
    {
        string folder = Directory.CreateTempSubdirectory("flyball-test-").FullName;
        var store = new MemoryStore(TimeProvider.System);
        var options = new SchedulingOptions { DataDirectory = folder };
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton<IResourceStore>(store).AddSingleton<IResourceReader>(store)
            .AddSingleton<IJournal>(store)
            .AddSingleton<IScalingView>(new NoScaling()).AddSingleton<IMetricGrammar>(new AnyButOne())
            .AddSingleton<IApiDocumentCheck>(new TakesAll());
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(new Random(1)).AddSingleton<IdSource>();
        builder.Services.AddSingleton<IDisk>(PhysicalDisk.Instance).AddSingleton<IWorkers>(PoolWorkers.Instance);
        builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, Ada>("test", null);
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Read, policy => policy.RequireAuthenticatedUser())
            .AddPolicy(Policies.Write, policy => policy.RequireRole("writer"));
        builder.Services.AddScheduling(change?.Invoke(options) ?? options);
        if (!schedules)
            builder.Services.Remove(
                builder.Services.First(service => service.ImplementationType?.Name == "SchedulingService"));
        WebApplication app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapScheduling();
        await app.StartAsync();
        var world = new ApiWorld(app, folder, store);
        world.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Role", "writer");
        return world;
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(
        HttpMethod method, string path, string? json = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using HttpResponseMessage response = await Client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone());
    }

    public Task<(HttpStatusCode Status, JsonElement Body)> ApplyAsync(
        string yaml, string query = "", string? ifMatch = null) =>
        SendAsync(HttpMethod.Post, "apply" + query, ApplyJson(yaml), ifMatch);

    public static string ApplyJson(string yaml, string? contexts = null) => $$"""
        {
          "files": [{ "name": "compose.yaml", "text": {{JsonSerializer.Serialize(yaml)}} }],
          "projectDirectory": "/home/ada/shop",
          "contexts": {{contexts ?? "{}"}}
        }
        """;

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
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            string header = Request.Headers.Authorization.ToString();
            if (!header.StartsWith("Role ", StringComparison.Ordinal))
                return Task.FromResult(AuthenticateResult.NoResult());
            var identity = new ClaimsIdentity(
                [new Claim(ClaimTypes.Name, "ada"), new Claim(ClaimTypes.Role, header[5..])], Scheme.Name);
            return Task.FromResult(AuthenticateResult.Success(
                new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }

    /// <summary>The real one is in a module that these tests do not see.</summary>
    private sealed class AnyButOne : IMetricGrammar
    {
        public string? ProblemOf(string expression) =>
            expression == "sum(" ? "1:5: parse error: unexpected end of input" : null;
    }

    /// <summary>Documents are the catalogue's to judge; its own tests apply malformed ones.</summary>
    private sealed class TakesAll : IApiDocumentCheck
    {
        public IReadOnlyList<ApiDocumentFault> Check(ReadOnlyMemory<byte> document) => [];
    }

    private sealed class NoScaling : IScalingView
    {
        public IReadOnlyList<string> Explain(string workload) => [];
    }
}

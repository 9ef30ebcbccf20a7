using System.Net;
using System.Text;
using Flyball.Base.Resources;
using Flyball.Contracts.Identity;
using Flyball.Store.Memory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flyball.Identity.Tests;

/// <summary>A door as browsers come to it: who is asked for a password, and whose requests one speaks for.</summary>
public sealed class BrowserDoorTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("flyball-identity-").FullName;
    private readonly MemoryStore store = new(TimeProvider.System);
    private WebApplication app = null!;
    private string token = "";
    private int changes;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var options = new IdentityOptions
        {
            AdminTokenFile = Path.Combine(folder, "admin.token"), JoinTokenFile = Path.Combine(folder, "join.token"),
        };
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IResourceStore>(store).AddSingleton<IResourceReader>(store)
            .AddSingleton(TimeProvider.System);
        builder.Services.AddIdentity(options);
        app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/page", () => "ok").RequireAuthorization(Policies.Read);
        app.MapPost("/change", () => Interlocked.Increment(ref changes)).RequireAuthorization(Policies.Write);
        await app.Services.EnsureFirstTokensAsync(Cancellation);
        await app.StartAsync(Cancellation);
        token = (await File.ReadAllTextAsync(options.AdminTokenFile, Cancellation)).Trim();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        store.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    // A person is asked, a program is told what it can do best, and nobody is asked for a page from elsewhere.
    [InlineData("text/html,*/*;q=0.8", "none", "navigate", "document", "Basic")]
    [InlineData("text/html,*/*;q=0.8", "cross-site", "navigate", "document", "Basic")]
    [InlineData("text/html,*/*;q=0.8", "cross-site", "navigate", "iframe", "Bearer")]
    [InlineData("text/html,*/*;q=0.8", "cross-site", "no-cors", "image", "Bearer")]
    [InlineData("application/json", "", "", "", "Bearer")]
    [InlineData("*/*", "same-origin", "cors", "empty", "Bearer")]
    public async Task Challenge_WithoutAToken_AsksPeopleOnly(
        string accept, string site, string mode, string destination, string expected)
    {
        using HttpResponseMessage answer = await SendAsync(
            HttpMethod.Get, "/page", "", ("Accept", accept), ("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode),
            ("Sec-Fetch-Dest", destination));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(expected, answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("Basic", "", "", HttpStatusCode.OK)]
    [InlineData("Basic", "own", "same-origin", HttpStatusCode.OK)]
    [InlineData("Basic", "https://evil.example", "cross-site", HttpStatusCode.Unauthorized)]
    // Browsers that do not tell the site, or not to an address without TLS, tell the origin of what changes something.
    [InlineData("Basic", "https://evil.example", "", HttpStatusCode.Unauthorized)]
    [InlineData("Basic", "null", "", HttpStatusCode.Unauthorized)]
    [InlineData("Basic", "", "cross-site", HttpStatusCode.Unauthorized)]
    [InlineData("Basic", "own", "cross-site", HttpStatusCode.Unauthorized)]
    // A page that has the token itself was given it.
    [InlineData("Bearer", "https://grafana.example", "cross-site", HttpStatusCode.OK)]
    public async Task Change_ByABrowser_IsOnlyForOwnPages(
        string scheme, string origin, string site, HttpStatusCode expected)
    {
        string own = app.Urls.First();
        using HttpResponseMessage answer = await SendAsync(
            HttpMethod.Post, "/change", scheme, ("Origin", origin == "own" ? own : origin), ("Sec-Fetch-Site", site));

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, changes);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string scheme, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var request = new HttpRequestMessage(method, path);
        string shown = scheme == "Basic" ? Convert.ToBase64String(Encoding.UTF8.GetBytes("me:" + token)) : token;
        if (scheme.Length > 0) request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {shown}");
        foreach ((string name, string value) in headers)
            if (value.Length > 0) request.Headers.TryAddWithoutValidation(name, value);
        return await http.SendAsync(request, Cancellation);
    }
}

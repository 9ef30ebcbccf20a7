using System.Net;
using System.Net.Http.Headers;
using Flyball.Base.Resources;
using Flyball.Contracts.Identity;
using Flyball.Contracts.Journal;
using Flyball.Identity.Tokens;
using Flyball.Store.Memory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flyball.Identity.Tests;

public sealed class TokenTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("flyball-identity-").FullName;
    private readonly MemoryStore store = new(TimeProvider.System);

    private IdentityOptions Options => new()
    {
        AdminTokenFile = Path.Combine(folder, "admin.token"),
        JoinTokenFile = Path.Combine(folder, "join.token"),
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        store.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Ensure_FirstStart_WritesFilesForTheOwnerAndHashesToTheStore()
    {
        await new FirstTokens(store, Options, TimeProvider.System).EnsureAsync(Cancelled);

        string secret = (await File.ReadAllTextAsync(Options.AdminTokenFile, Cancelled)).Trim();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Options.AdminTokenFile));
        Assert.NotNull(store.Current.Get(Token.Kind, TokenSecret.Hash(secret)));
        Assert.DoesNotContain(store.Current.All(), resource =>
            System.Text.Encoding.UTF8.GetString(resource.Value.Span).Contains(secret, StringComparison.Ordinal)
            || resource.Key.Name.Contains(secret, StringComparison.Ordinal));
        IReadOnlyList<JournalRow> audit = await store.ReadAsync(new JournalQuery(JournalTables.Audit), Cancelled);
        Assert.Equal(["admin", "node"], audit.Select(row => JournalEntries.Audit(row).Target));
    }

    [Fact]
    public async Task Ensure_SecondStart_ChangesNothing()
    {
        await new FirstTokens(store, Options, TimeProvider.System).EnsureAsync(Cancelled);
        string before = await File.ReadAllTextAsync(Options.AdminTokenFile, Cancelled);
        Revision revision = store.Current.Revision;

        await new FirstTokens(store, Options, TimeProvider.System).EnsureAsync(Cancelled);

        Assert.Equal(before, await File.ReadAllTextAsync(Options.AdminTokenFile, Cancelled));
        Assert.Equal(revision, store.Current.Revision);
    }

    [Fact]
    public async Task Rotate_Admin_ForgetsTheOldTokenAndLeavesTheOther()
    {
        var tokens = new FirstTokens(store, Options, TimeProvider.System);
        await tokens.EnsureAsync(Cancelled);
        string before = (await File.ReadAllTextAsync(Options.AdminTokenFile, Cancelled)).Trim();
        string join = (await File.ReadAllTextAsync(Options.JoinTokenFile, Cancelled)).Trim();

        string file = await tokens.RotateAsync("admin", Cancelled);

        string after = (await File.ReadAllTextAsync(file, Cancelled)).Trim();
        Assert.Null(store.Current.Get(Token.Kind, TokenSecret.Hash(before)));
        Assert.Equal(TokenRole.Admin, store.Current.Get(Token.Kind, TokenSecret.Hash(after))!.Value.Value.Role);
        Assert.NotNull(store.Current.Get(Token.Kind, TokenSecret.Hash(join)));
    }

    [Theory]
    [InlineData(null, "/admin", HttpStatusCode.Unauthorized)]
    [InlineData("wrong", "/admin", HttpStatusCode.Unauthorized)]
    [InlineData("admin", "/admin", HttpStatusCode.OK)]
    [InlineData("admin", "/control", HttpStatusCode.OK)]
    [InlineData("join", "/admin", HttpStatusCode.Forbidden)]
    [InlineData("join", "/control", HttpStatusCode.OK)]
    [InlineData("join", "/unmarked", HttpStatusCode.OK)]
    [InlineData(null, "/unmarked", HttpStatusCode.Unauthorized)]
    public async Task Door_ByRole_LetsInWhomItShould(string? who, string path, HttpStatusCode expected)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IResourceStore>(store).AddSingleton<IResourceReader>(store)
            .AddSingleton(TimeProvider.System);
        builder.Services.AddIdentity(Options);
        await using WebApplication app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/admin", () => "ok").RequireAuthorization(Policies.Admin);
        app.MapGet("/control", () => "ok").RequireAuthorization(Policies.Control);
        app.MapGet("/unmarked", () => "ok");
        await app.Services.EnsureFirstTokensAsync(Cancelled);
        await app.StartAsync(Cancelled);

        using var http = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
        if (who is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", who switch
            {
                "admin" => (await File.ReadAllTextAsync(Options.AdminTokenFile, Cancelled)).Trim(),
                "join" => (await File.ReadAllTextAsync(Options.JoinTokenFile, Cancelled)).Trim(),
                _ => "fly_" + who,
            });
        using HttpResponseMessage answer = await http.GetAsync(path, Cancelled);

        Assert.Equal(expected, answer.StatusCode);
        if (expected != HttpStatusCode.OK)
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }
}

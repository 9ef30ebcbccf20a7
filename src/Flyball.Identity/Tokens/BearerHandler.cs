using System.Security.Claims;
using System.Text.Encodings.Web;
using Flyball.Base.Resources;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flyball.Identity.Tokens;

/// <summary>
/// Reads <c>Authorization: Bearer …</c>, or the password of <c>Authorization: Basic …</c>, and looks the token's hash
/// up in the store's snapshot. Every refusal is an
/// RFC 9457 problem, so that a client shows more than a number.
/// </summary>
internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder,
        IResourceReader store)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string SchemeName = "Bearer";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string? header = Request.Headers.Authorization;
        if (string.IsNullOrEmpty(header)) return Task.FromResult(AuthenticateResult.NoResult());
        if (AuthorizationHeader.TryReadToken(header) is not { } secret)
        {
            return Task.FromResult(AuthenticateResult.Fail(
                "Only bearer tokens are known here, and basic authentication with a token for its password."));
        }

        if (AuthorizationHeader.IsBasic(header) && BrowserOrigin.IsForeign(Request))
        {
            return Task.FromResult(AuthenticateResult.Fail(
                "A browser sent this for a page from elsewhere, which does not speak for whoever gave it the token."));
        }

        string hash = TokenSecret.Hash(secret);
        if (store.Current.Get(Token.Kind, hash) is not { } token)
            return Task.FromResult(AuthenticateResult.Fail("The token is not known to this server."));

        var identity = new ClaimsIdentity(SchemeName, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.Name, token.Value.Identity));
        identity.AddClaim(new Claim(ClaimTypes.Role, token.Value.Role.ToString()));
        return Task.FromResult(
            AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName)));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // A browser asks its user, who gives the token for a password; other clients are told what they can do best.
        // For a page from elsewhere nobody is asked: the user would see only the name of this server and trust it.
        Response.Headers.WWWAuthenticate = AsksForPage(Request) && !BrowserOrigin.IsForeign(Request)
            ? "Basic realm=\"Flyball: any name, and the admin token for the password\", charset=\"UTF-8\""
            : SchemeName;
        AuthenticateResult result = await HandleAuthenticateOnceSafeAsync();
        await RefuseAsync(
            StatusCodes.Status401Unauthorized, "Who are you?",
            result.Failure?.Message
                ?? "Send the header 'Authorization: Bearer TOKEN'; the admin token is in the server's data directory.");
    }

    private static bool AsksForPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        RefuseAsync(StatusCodes.Status403Forbidden, "Not allowed", $"'{Context.User.Identity?.Name}' may not do this.");

    private Task RefuseAsync(int status, string title, string detail) =>
        Results.Problem(detail, statusCode: status, title: title).ExecuteAsync(Context);
}

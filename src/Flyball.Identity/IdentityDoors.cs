using Flyball.Contracts.Identity;
using Flyball.Identity.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Identity;

/// <summary>The doors of the identity module: who somebody is and what they may do.</summary>
public static class IdentityDoors
{
    /// <summary>Kinds of resources that never leave the server: no watch carries them.</summary>
    public static IReadOnlyList<string> SecretKinds { get; } = [Token.Kind.Name];

    /// <summary>The tokens that a server has from its first start.</summary>
    public static IReadOnlyList<string> TokenNames { get; } = [FirstTokens.Admin, FirstTokens.Join];

    /// <summary>Bearer tokens, and the named policies that every other module's doors ask for.</summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services, IdentityOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<FirstTokens>();
        // The core only: AddAuthentication would bring data protection, which writes keys into the user's home.
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = BearerHandler.SchemeName);
        services.AddWebEncoders();
        new AuthenticationBuilder(services)
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Read, policy => policy.RequireRole(nameof(TokenRole.Admin)))
            .AddPolicy(Policies.Write, policy => policy.RequireRole(nameof(TokenRole.Admin)))
            .AddPolicy(Policies.Admin, policy => policy.RequireRole(nameof(TokenRole.Admin)))
            .AddPolicy(Policies.Control, policy => policy.RequireRole(nameof(TokenRole.Admin), nameof(TokenRole.Node)))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        return services;
    }

    /// <summary>Creates the first tokens; called once before the doors open.</summary>
    public static Task EnsureFirstTokensAsync(this IServiceProvider services, CancellationToken cancellation) =>
        services.GetRequiredService<FirstTokens>().EnsureAsync(cancellation);

    /// <summary>
    /// Makes a token anew, writes it to its file and forgets the old one: for a lost or leaked token. Whoever holds the
    /// old one is refused from then on.
    /// </summary>
    /// <param name="name">One of <see cref="TokenNames"/>.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no token of this name.</exception>
    public static Task<string> RotateTokenAsync(
        this IServiceProvider services, string name, CancellationToken cancellation) =>
        services.GetRequiredService<FirstTokens>().RotateAsync(name, cancellation);
}

using System.Text;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Guarding;
using Flyball.Gateway.Routing.Conditions;
using Flyball.Gateway.Security.Basic;
using Flyball.Gateway.Security.Jwt;
using Flyball.Gateway.Security.Keys;

namespace Flyball.Gateway.Security;

/// <summary>
/// Asks who sends a request: by a key, a name and a password, or a token. One good proof is enough, a bad one is
/// refused whatever else is shown, and what is said twice is refused as ambiguous. The back end learns the consumer's
/// name and the token's subject, each under a header of its own, and neither keys nor passwords.
/// </summary>
internal sealed class AuthGuard : IRouteGuard
{
    private static readonly FieldName Authorization = new("Authorization");

    private readonly RouteAuth auth;
    private readonly AuthParts parts;
    private readonly FieldName? keyHeader;
    private readonly HashSet<string>? allowed;
    private readonly KeyValuePair<string, string>[] challenges;

    public AuthGuard(RouteAuth auth, AuthParts parts, JwtCheck? jwt)
    {
        this.auth = auth;
        this.parts = parts;
        Jwt = jwt;
        keyHeader = auth.Keys is { } keys ? new FieldName(keys.Header) : null;
        allowed = auth.Consumers is { } consumers ? [.. consumers] : null;
        challenges = [.. Challenges(auth, null)];
    }

    public JwtCheck? Jwt { get; }

    public string Name => "auth";

    public bool LoopsDo => IsQuick;

    /// <summary>A chosen password takes long to check, on purpose.</summary>
    public bool IsQuick => auth.Basic is null;

    public GuardRefusal? Check<TFacts>(in TFacts facts, Passage passage)
        where TFacts : IRequestFacts, allows ref struct
    {
        if (keyHeader is not null && ByKey(facts, passage) is { } keyRefusal) return keyRefusal;
        if ((auth.Basic is not null || Jwt is not null) && ByAuthorization(facts, passage) is { } refusal)
            return refusal;
        if (passage.Identity is null) return Who("Show who you are.", challenges);
        if (passage.Identity.IsConsumer)
            passage.Tell(PassageHeaders.Consumer, HeaderText.Ascii(passage.Identity.Name));
        return null;
    }

    private GuardRefusal? ByKey<TFacts>(in TFacts facts, Passage passage)
        where TFacts : IRequestFacts, allows ref struct
    {
        Span<byte> room = stackalloc byte[IRequestFacts.ValueBytesMax];
        int length = facts.CopyHeader(keyHeader!, room);
        if (length < 0) return null;
        if (facts.HasSeveral(keyHeader!)) return Twice(keyHeader!);
        passage.Drop(keyHeader!);
        KnownKey? key = parts.Consumers.Current.FindKey(room[..length], parts.Time.GetUtcNow());
        if (key is null) return Who("The key is not known, or has ended.", challenges);
        if (!key.Consumer.IsAmong(allowed)) return NotAllowed(key.Consumer.Name);
        passage.Identity = key.Identity;
        return null;
    }

    private GuardRefusal? ByAuthorization<TFacts>(in TFacts facts, Passage passage)
        where TFacts : IRequestFacts, allows ref struct
    {
        Span<byte> room = stackalloc byte[IRequestFacts.ValueBytesMax];
        int length = facts.CopyHeader(Authorization, room);
        if (length < 0) return null;
        if (facts.HasSeveral(Authorization)) return Twice(Authorization);
        if (length == room.Length) return Who("What is shown is too long.", challenges);
        ReadOnlySpan<byte> value = room[..length];
        if (auth.Basic is not null && After(value, "Basic "u8, out ReadOnlySpan<byte> pair))
            return ByPassword(pair, passage);
        return Jwt is not null && After(value, "Bearer "u8, out ReadOnlySpan<byte> token)
            ? ByToken(token, passage)
            : null;
    }

    private GuardRefusal? ByPassword(ReadOnlySpan<byte> pair, Passage passage)
    {
        passage.Drop(Authorization);
        if (BasicCredentials.Parse(pair) is not { } credentials)
            return Who("That is no name and password.", challenges);
        ConsumerTable consumers = parts.Consumers.Current;
        switch (parts.Passwords.Check(credentials, consumers, passage.Client, out ConsumerIdentity? identity))
        {
            case PasswordVerdict.Busy:
                return new GuardRefusal(Refusal.AuthenticationBusy, "Try again in a moment.");
            case PasswordVerdict.Wrong:
                return Who("The name or the password is wrong.", challenges);
            default:
                if (consumers.Find(identity!.Name)?.IsAmong(allowed) != true) return NotAllowed(identity.Name);
                passage.Identity ??= identity;
                return null;
        }
    }

    private GuardRefusal? ByToken(ReadOnlySpan<byte> token, Passage passage)
    {
        JwtVerdict verdict = Jwt!.Check(token, parts.Time.GetUtcNow());
        switch (verdict.Standing)
        {
            case JwtStanding.Good:
                passage.Identity ??= verdict.Identity;
                if (HeaderText.Ascii(verdict.Identity!.Name) is { Length: > 0 } subject)
                    passage.Tell(PassageHeaders.TokenSubject, subject);
                return null;
            case JwtStanding.NoKeys:
                return new GuardRefusal(Refusal.NoKeys, "The keys of the token's issuer are not known now.");
            case JwtStanding.NotEnough:
                return new GuardRefusal(Refusal.Forbidden, $"The token is good, but {verdict.Detail}.")
                {
                    Headers = [new("WWW-Authenticate", "Bearer error=\"insufficient_scope\"")],
                };
            default:
                return Who($"The token is not good: {verdict.Detail}.", [.. Challenges(auth, "invalid_token")]);
        }
    }

    /// <summary>RFC 9110 §11.6.1; a header for each way.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Challenges(RouteAuth auth, string? error)
    {
        var ways = new List<string>();
        if (auth.Jwt is not null) ways.Add(error is null ? "Bearer" : $"Bearer error=\"{error}\"");
        if (auth.Basic is { } basic) ways.Add($"Basic realm=\"{Quoted(basic.Realm)}\", charset=\"UTF-8\"");
        if (auth.Keys is { } keys) ways.Add($"ApiKey header=\"{Quoted(keys.Header)}\"");
        if (ways.Count > 0) yield return new("WWW-Authenticate", string.Join(", ", ways));
    }

    private static string Quoted(string text) =>
        HeaderText.Ascii(text).Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal);

    private static bool After(ReadOnlySpan<byte> value, ReadOnlySpan<byte> scheme, out ReadOnlySpan<byte> rest)
    {
        bool fits = value.Length > scheme.Length && Ascii.EqualsIgnoreCase(value[..scheme.Length], scheme);
        rest = fits ? value[scheme.Length..].Trim((byte)' ') : default;
        return fits;
    }

    private static GuardRefusal Twice(FieldName name) =>
        new(Refusal.BadRequest, $"{name.Text} is there more than once.");

    private static GuardRefusal NotAllowed(string name) =>
        new(Refusal.Forbidden, $"'{HeaderText.Ascii(name)}' is known, and not let in here.");

    private static GuardRefusal Who(string detail, KeyValuePair<string, string>[] challenges) =>
        new(Refusal.Unauthenticated, detail) { Headers = challenges };
}

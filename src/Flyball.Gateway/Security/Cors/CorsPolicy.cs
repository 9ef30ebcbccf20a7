using System.Globalization;
using Flyball.Contracts.Gateway.Security;

namespace Flyball.Gateway.Security.Cors;

/// <summary>What a route answers about pages of other origins (the Fetch standard §3.2). Immutable.</summary>
internal sealed class CorsPolicy
{
    public const string AllowOrigin = "Access-Control-Allow-Origin";
    private const string AllowMethods = "Access-Control-Allow-Methods";
    private const string AllowHeaders = "Access-Control-Allow-Headers";
    private const string AllowCredentials = "Access-Control-Allow-Credentials";
    private const string ExposeHeaders = "Access-Control-Expose-Headers";
    private const string MaxAge = "Access-Control-Max-Age";

    /// <summary>What a back end may have said about it, and what this policy says in its place.</summary>
    public static readonly IReadOnlyList<string> AnswerHeaders =
        [AllowOrigin, AllowMethods, AllowHeaders, AllowCredentials, ExposeHeaders, MaxAge];

    private static readonly string[] SimpleMethods = ["GET", "HEAD", "POST"];

    /// <summary>The Fetch standard's CORS-safelisted request headers.</summary>
    private static readonly string[] SimpleHeaders =
        ["accept", "accept-language", "content-language", "content-type", "range"];

    private readonly OriginRule[] origins;
    private readonly string[] methods;
    private readonly HashSet<string> headers;
    private readonly bool anyOrigin;
    private readonly bool anyHeader;
    private readonly bool credentials;
    private readonly string? expose;
    private readonly string? maxAge;

    public CorsPolicy(RouteCors cors)
    {
        anyOrigin = cors.Origins.Contains("*") && !cors.Credentials;
        origins = [.. cors.Origins.Where(origin => origin != "*").Select(OriginRule.Parse).OfType<OriginRule>()];
        methods = [.. cors.Methods ?? SimpleMethods];
        headers = new HashSet<string>([.. cors.Headers ?? [], .. SimpleHeaders], StringComparer.OrdinalIgnoreCase);
        anyHeader = cors.Headers?.Contains("*") == true;
        credentials = cors.Credentials;
        expose = cors.Expose is { Count: > 0 } shown ? string.Join(", ", shown) : null;
        maxAge = cors.MaxAge is { } age
            ? ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>True for the question that a browser asks before the request itself.</summary>
    public static bool IsPreflight(string method, string? origin, string? wantedMethod) =>
        method == "OPTIONS" && origin is not null && wantedMethod is not null;

    /// <summary>
    /// The answer's headers to a preflight. What is not allowed is not named, so that the browser refuses the request.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Preflight(
        string origin, string wantedMethod, string? wantedHeaders)
    {
        // Whether it is allowed or not: another origin's answer must not be taken from a cache.
        List<KeyValuePair<string, string>> answer =
        [
            new("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
        ];
        if (!Allows(origin)) return answer;
        if (!methods.Contains(wantedMethod, StringComparer.Ordinal)) return answer;
        string[] wanted = [.. (wantedHeaders ?? "").Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        if (!anyHeader && !Array.TrueForAll(wanted, headers.Contains)) return answer;
        Origin(answer, origin);
        answer.Add(new(AllowMethods, string.Join(", ", methods)));
        if (wanted.Length > 0)
            answer.Add(new(AllowHeaders, string.Join(", ", wanted.Select(name => name.ToLowerInvariant()))));
        if (maxAge is not null) answer.Add(new(MaxAge, maxAge));
        return answer;
    }

    /// <summary>The headers that an answer to a page's request gets, beside those that it has.</summary>
    /// <param name="origin">Null for a request that names none.</param>
    public IReadOnlyList<KeyValuePair<string, string>> Answer(string? origin)
    {
        List<KeyValuePair<string, string>> answer = anyOrigin ? [] : [new("Vary", "Origin")];
        if (origin is null || !Allows(origin)) return answer;
        Origin(answer, origin);
        if (expose is not null) answer.Add(new(ExposeHeaders, expose));
        return answer;
    }

    private void Origin(List<KeyValuePair<string, string>> answer, string origin)
    {
        answer.Add(new(AllowOrigin, anyOrigin ? "*" : origin));
        if (credentials) answer.Add(new(AllowCredentials, "true"));
    }

    private bool Allows(string origin) => anyOrigin || Array.Exists(origins, rule => rule.Fits(origin));
}

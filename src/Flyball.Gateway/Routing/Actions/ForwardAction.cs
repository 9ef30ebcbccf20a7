using System.Text;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.Routing.Conditions;
using Flyball.Gateway.Routing.Paths;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Routing.Actions;

/// <summary>Sends the request on to an upstream, changed as the route says.</summary>
internal sealed class ForwardAction : RouteAction
{
    public ForwardAction(Route route, PathPattern path)
    {
        RouteRewrite? rewrite = route.Rewrite;
        bool isPrefix = path.Kind == RoutePathKind.Prefix;
        string? prefix = rewrite?.Prefix ?? (route.StripPrefix ? "/" : null);
        if (isPrefix && prefix is not null)
        {
            ReplacesPrefix = true;
            PrefixReplacement = new PathString(PathPattern.NormalisePrefix(prefix)).ToUriComponent();
            PrefixChange = new PrefixChange(
                Encoding.UTF8.GetByteCount(path.Text), Encoding.ASCII.GetBytes(PrefixReplacement));
        }

        Path = rewrite?.Path is { } text ? new PathRewrite(text, path.Template) : null;
        Host = rewrite?.Host;
        Request = HeaderRewrite.Of(rewrite?.Request);
        Answer = HeaderRewrite.Of(rewrite?.Answer);
        RouteBalance? balance = route.Balance;
        Hash = balance?.HashOf is { } source ? new HashSource(source) : null;
        Seats = balance?.StickyCookie is not null ? new Seats(balance) : null;
        bool changes = Path is not null || Host is not null || Request is not null || Answer is not null
            || PrefixChange.Replacement.Length > RequestRewriter.PrefixBytesMax;
        LoopsDo = !changes && route.Mirror is null && route.Fault is null && Seats is null;
    }

    public override bool LoopsDo { get; }

    /// <summary>The route's prefix is taken off and <see cref="PrefixReplacement"/> put in its place.</summary>
    public bool ReplacesPrefix { get; }

    /// <summary>Without a slash at its end; empty for stripping.</summary>
    public string PrefixReplacement { get; } = "";

    /// <summary>The same for a head's bytes.</summary>
    public PrefixChange PrefixChange { get; } = PrefixChange.None;

    /// <summary>Takes the whole path's place; null for none.</summary>
    public PathRewrite? Path { get; }

    /// <summary>The <c>Host</c> that the back end sees; null for the client's.</summary>
    public string? Host { get; }

    public HeaderRewrite? Request { get; }

    public HeaderRewrite? Answer { get; }

    /// <summary>What of a request decides where it goes; null for nothing.</summary>
    public HashSource? Hash { get; }

    /// <summary>Which endpoint a client's cookie names; null without sticky sessions.</summary>
    public Seats? Seats { get; }

    /// <summary>
    /// The path and query that the back end sees: the client's byte for byte, save for what the route changes.
    /// </summary>
    /// <param name="target">The client's.</param>
    /// <param name="prefix">The route's; empty for none.</param>
    public string Sent(string target, string prefix)
    {
        bool replaces = ReplacesPrefix && (prefix.Length > 0 || PrefixReplacement.Length > 0);
        if (Path is null && !replaces) return target;
        int query = target.IndexOf('?', StringComparison.Ordinal);
        // Dots behind a prefix of the route's would lead out of it again.
        string path = RawPath.Resolve(query < 0 ? target : target[..query]);
        string made = Path is null ? PrefixReplacement + RawPath.After(path, prefix) : Path.Make(path);
        if (made.Length == 0) made = "/";
        return query < 0 ? made : made + target[query..];
    }

    /// <summary>What the request says about the endpoint it wants.</summary>
    public PickKey KeyOf<TFacts>(in TFacts facts) where TFacts : IRequestFacts, allows ref struct =>
        Hash is null && Seats is null ? default : new PickKey(Hash?.Of(facts), Seats?.Of(facts));
}

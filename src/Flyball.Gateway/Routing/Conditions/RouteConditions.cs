using Flyball.Contracts.Gateway;

namespace Flyball.Gateway.Routing.Conditions;

/// <summary>
/// What a route asks of a request beside its host and path. Of two routes at one place the one that asks for more is
/// tried first: a method before none, then more headers, then more parameters (as Gateway API has it).
/// </summary>
internal sealed class RouteConditions(Route route)
{
    private readonly string[] methods = [.. route.Methods ?? []];
    private readonly FieldTest[] headers = [.. (route.Headers ?? []).Select(one => new FieldTest(one))];
    private readonly FieldTest[] query = [.. (route.Query ?? []).Select(one => new FieldTest(one))];

    public bool IsEmpty => methods.Length + headers.Length + query.Length == 0;

    public bool Fit<TFacts>(in TFacts facts) where TFacts : IRequestFacts, allows ref struct
    {
        if (methods.Length > 0 && !methods.AsSpan().Contains(facts.Method)) return false;
        foreach (FieldTest header in headers)
        {
            if (!facts.HeaderFits(header)) return false;
        }

        foreach (FieldTest parameter in query)
        {
            if (!facts.QueryFits(parameter)) return false;
        }

        return true;
    }

    /// <summary>What the request lacks first, in words; null when it fits.</summary>
    public string? Missing<TFacts>(in TFacts facts) where TFacts : IRequestFacts, allows ref struct
    {
        if (methods.Length > 0 && !methods.AsSpan().Contains(facts.Method))
            return "the method " + string.Join(" or ", methods);
        foreach (FieldTest header in headers)
        {
            if (!facts.HeaderFits(header)) return $"the header {header}";
        }

        foreach (FieldTest parameter in query)
        {
            if (!facts.QueryFits(parameter)) return $"the parameter {parameter}";
        }

        return null;
    }

    /// <summary>Below zero when this one is tried before the other.</summary>
    public int CompareTo(RouteConditions other)
    {
        int order = (other.methods.Length > 0).CompareTo(methods.Length > 0);
        if (order == 0) order = other.headers.Length.CompareTo(headers.Length);
        return order == 0 ? other.query.Length.CompareTo(query.Length) : order;
    }

    /// <summary>For people; empty when nothing is asked.</summary>
    public override string ToString() => string.Join(' ',
        ((string[])[string.Join(',', methods)])
        .Concat(headers.Select(one => one.ToString()))
        .Concat(query.Select(one => "?" + one))
        .Where(text => text.Length > 0));
}

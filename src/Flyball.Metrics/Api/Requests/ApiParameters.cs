using System.Globalization;
using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Parsing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Flyball.Metrics.Api.Requests;

/// <summary>
/// A request's parameters, from its address and, where it was posted as a form, from its body. Of a parameter that may
/// come once, the body's wins over the address's.
/// </summary>
internal sealed class ApiParameters
{
    private readonly IQueryCollection query;
    private readonly IFormCollection? form;

    private ApiParameters(IQueryCollection query, IFormCollection? form)
    {
        this.query = query;
        this.form = form;
    }

    public static async ValueTask<ApiParameters> ReadAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!request.HasFormContentType) return new ApiParameters(request.Query, null);
        try
        {
            return new ApiParameters(request.Query, await request.ReadFormAsync(context.RequestAborted));
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new ApiRefusal(ApiErrorKind.BadData, $"the form cannot be read: {e.Message}");
        }
    }

    /// <summary>The value, or the empty string.</summary>
    public string Text(string name)
    {
        if (form is not null && form.TryGetValue(name, out StringValues posted) && posted.Count > 0)
            return posted[0] ?? "";
        return query.TryGetValue(name, out StringValues asked) && asked.Count > 0 ? asked[0] ?? "" : "";
    }

    /// <summary>All values of a parameter that may come several times.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        StringValues posted = form is null ? StringValues.Empty : form[name];
        return [.. StringValues.Concat(posted, query[name]).OfType<string>()];
    }

    /// <exception cref="ApiRefusal">It is absent or no time.</exception>
    public long Time(string name) => TimeOrNull(name) ?? throw ApiRefusal.Parameter(name, "a time is needed");

    public long? TimeOrNull(string name)
    {
        string text = Text(name);
        if (text.Length == 0) return null;
        return ApiTimes.TryParseTime(text)
            ?? throw ApiRefusal.Parameter(name, $"cannot parse {Quoting.Quote(text)} to a valid timestamp");
    }

    public TimeSpan? DurationOrNull(string name)
    {
        string text = Text(name);
        if (text.Length == 0) return null;
        return ApiTimes.TryParseDuration(text)
            ?? throw ApiRefusal.Parameter(name, $"cannot parse {Quoting.Quote(text)} to a valid duration");
    }

    /// <summary>A count that bounds the answer; 0 and absence mean all.</summary>
    public int Limit(string name = "limit")
    {
        string text = Text(name);
        if (text.Length == 0) return 0;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int limit)
            || limit < 0)
            throw ApiRefusal.Parameter(name, "the limit must be a whole number that is not negative");
        return limit;
    }

    /// <summary>Whether a switch is on; absence means off.</summary>
    public bool Switch(string name) => Text(name) switch
    {
        "" or "0" or "f" or "F" or "false" or "False" or "FALSE" => false,
        "1" or "t" or "T" or "true" or "True" or "TRUE" => true,
        _ => throw ApiRefusal.Parameter(name, "it is neither true nor false"),
    };

    /// <summary>The selectors of <c>match[]</c>, each as its matchers.</summary>
    public IReadOnlyList<IReadOnlyList<LabelMatcher>> Selectors(string name = "match[]")
    {
        var selectors = new List<IReadOnlyList<LabelMatcher>>();
        foreach (string text in Texts(name))
        {
            IReadOnlyList<LabelMatcher> matchers = ExprParser.ParseSelector(text, out string? error)
                ?? throw ApiRefusal.Parameter(name, error!);
            if (matchers.All(matcher => matcher.MatchesEmpty))
                throw ApiRefusal.Parameter(name, "match[] must contain at least one non-empty matcher");
            selectors.Add(matchers);
        }

        return selectors;
    }
}

using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Flyball.Discovery.Consul;

/// <summary>A request's parameters, read once; a parameter without a value is there and empty.</summary>
internal sealed class ConsulQuery
{
    private readonly List<(string Name, string Value)> parameters = [];

    public ConsulQuery(QueryString query)
    {
        foreach (QueryStringEnumerable.EncodedNameValuePair pair in new QueryStringEnumerable(query.Value))
            parameters.Add((pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
    }

    public bool Has(string name)
    {
        foreach ((string one, _) in parameters)
            if (one == name) return true;
        return false;
    }

    /// <summary>The first value; empty when it is not there.</summary>
    public string this[string name]
    {
        get
        {
            foreach ((string one, string value) in parameters)
                if (one == name) return value;
            return "";
        }
    }

    public IEnumerable<string> All(string name) =>
        parameters.Where(one => one.Name == name).Select(one => one.Value);

    /// <summary>A whole number from 0; null when it is not there.</summary>
    /// <exception cref="ConsulException">It is none.</exception>
    public ulong? Number(string name)
    {
        if (!Has(name)) return null;
        return ulong.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            ? number
            : throw new ConsulException(400, $"Invalid {name}: '{this[name]}' is not a whole number from 0");
    }

    /// <summary>Whether it is set, as Go reads a boolean: with <c>false</c> or <c>0</c> it is not.</summary>
    public bool Flag(string name) => Has(name) && this[name] is not ("false" or "0");
}

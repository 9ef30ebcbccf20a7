using System.Net;

namespace Flyball.Client;

/// <summary>Where a service is, as the catalogue last said.</summary>
/// <param name="Places">Addresses that pass; none for a service that does not exist, or of which none passes.</param>
/// <param name="IsKnown">The catalogue has said something at all.</param>
internal sealed record ServicePlaces(IReadOnlyList<EndPoint> Places, bool IsKnown)
{
    public static readonly ServicePlaces Unknown = new([], false);
}

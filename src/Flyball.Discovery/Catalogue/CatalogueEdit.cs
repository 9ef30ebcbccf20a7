using Flyball.Base.Resources;
using Flyball.Contracts.Discovery;

namespace Flyball.Discovery.Catalogue;

/// <summary>One change that makes the catalogue true.</summary>
/// <param name="Name">The endpoint's name.</param>
/// <param name="Endpoint">What it becomes; null to delete it.</param>
/// <param name="Expected">The revision it stands at now; None when it does not exist.</param>
/// <param name="Reason">Why, in a few words.</param>
internal readonly record struct CatalogueEdit(string Name, Endpoint? Endpoint, Revision Expected, string Reason);

/// <summary>What is to be done now, and when to look again even if nothing changes (null: no need).</summary>
internal sealed record CataloguePlan(IReadOnlyList<CatalogueEdit> Edits, long? NextLookUnixMs);

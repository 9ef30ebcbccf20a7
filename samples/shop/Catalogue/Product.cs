namespace Shop.Catalogue;

/// <summary>Something to buy. The price is in cents.</summary>
public sealed record Product(string Id, string Name, int PriceCents);

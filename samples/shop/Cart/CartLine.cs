namespace Shop.Cart;

/// <summary>A product in a cart with its price at the time of asking.</summary>
public sealed record CartLine(string ProductId, string Name, int Quantity, int PriceCents);

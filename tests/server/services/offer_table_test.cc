#include "server/services/offer_table.h"

#include <gtest/gtest.h>

namespace geometer::server {
namespace {

v1::Offer OfferOf(int64_t job_id, int64_t attempt_id) {
  v1::Offer offer;
  offer.set_job_id(job_id);
  offer.set_attempt_id(attempt_id);
  return offer;
}

TEST(OfferTableTest, ANewerOfferReplacesAnOlderOne) {
  OfferTable offers;
  EXPECT_TRUE(offers.Put(OfferOf(1, 7)));
  EXPECT_TRUE(offers.Put(OfferOf(1, 8)));
  EXPECT_TRUE(offers.Find(1, 8).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(offers.Find(1, 7).status()));
}

TEST(OfferTableTest, AnOlderOfferThatComesLateChangesNothing) {
  OfferTable offers;
  offers.Put(OfferOf(1, 8));
  EXPECT_FALSE(offers.Put(OfferOf(1, 7)));
  EXPECT_TRUE(offers.Find(1, 8).ok());
}

TEST(OfferTableTest, WhatIsTakenIsGone) {
  OfferTable offers;
  offers.Put(OfferOf(1, 7));
  EXPECT_EQ(offers.Take(1).attempt_id(), 7);
  EXPECT_EQ(offers.Take(1).attempt_id(), 0);
  EXPECT_FALSE(offers.Find(1, 7).ok());
}

}  // namespace
}  // namespace geometer::server
